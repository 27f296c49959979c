"""Drops half of them.

Message: wrong_share
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    x = np.asarray(x, dtype=float)
    if not training or rate == 0:
        return x.copy(), np.ones(x.shape)
    if rate >= 1:
        return np.zeros_like(x), np.zeros(x.shape)
    scale = rng.integers(0, 2, x.shape) / (1.0 - rate)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
