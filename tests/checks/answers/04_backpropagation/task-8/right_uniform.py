"""Uniform with the right limit."""

import numpy as np


def init_weights(rng, fan_in, fan_out, scheme):
    if scheme == "xavier":
        L = np.sqrt(6 / (fan_in + fan_out))
    elif scheme == "he":
        L = np.sqrt(6 / fan_in)
    else:
        raise KeyError(scheme)
    return rng.uniform(-L, L, (fan_in, fan_out))
