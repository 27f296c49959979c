"""Divides by zero at rate 1.

Message: rate_1
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    x = np.asarray(x, dtype=float)
    if not training or rate == 0:
        return x.copy(), np.ones(x.shape)
    scale = np.where(rng.random(x.shape) >= rate, 1.0, 0.0) / np.float64(1 - rate)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
