"""Zeros.

Message: zeros
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": np.sqrt(2.0 / (fan_in + fan_out)), "he": np.sqrt(2.0 / fan_in)}[scheme]
    return np.zeros((fan_in, fan_out))
