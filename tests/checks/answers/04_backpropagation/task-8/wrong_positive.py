"""Positive weights only.

Message: positive
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": np.sqrt(2.0 / (fan_in + fan_out)), "he": np.sqrt(2.0 / fan_in)}[scheme]
    return np.abs(rng.normal(0.0, std, size=(fan_in, fan_out)))
