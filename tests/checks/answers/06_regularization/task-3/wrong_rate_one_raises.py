"""Divides by zero at rate 1 and stops.

Message: rate_1
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    x = np.asarray(x, dtype=float)
    if not training or rate == 0:
        return x.copy(), np.ones(x.shape)
    keep = 1 / (1 - rate)
    scale = (rng.random(x.shape) >= rate) * keep
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
