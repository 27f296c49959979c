"""Uniform in plus and minus std.

Message: uniform_std
"""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    std = {"xavier": np.sqrt(2.0 / (fan_in + fan_out)), "he": np.sqrt(2.0 / fan_in)}[scheme]
    return rng.uniform(-std, std, size=(fan_in, fan_out))
