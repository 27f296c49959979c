"""Scales numbers between minus one half and one half.

Message: uniform_scaled
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": np.sqrt(2.0 / (fan_in + fan_out)), "he": np.sqrt(2.0 / fan_in)}[scheme]
    return (rng.random((fan_in, fan_out)) - 0.5) * std
