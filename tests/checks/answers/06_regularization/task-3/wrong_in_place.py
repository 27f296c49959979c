"""Zeroes the caller's array.

Message: changed
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    if not training or rate == 0:
        return x.copy(), np.ones(x.shape)
    if rate >= 1:
        return np.zeros_like(x), np.zeros(x.shape)
    scale = (rng.random(x.shape) >= rate) / (1.0 - rate)
    x *= 1.0
    x[scale == 0] = 0
    return x / (1 - rate), scale


def dropout_backward(dout, scale):
    return dout * scale
