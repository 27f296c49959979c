"""Scales down at test time, as the paper does.

Message: at_test_time
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    x = np.asarray(x, dtype=float)
    if not training:
        return x * (1 - rate), np.full(x.shape, 1 - rate)
    if rate >= 1:
        return np.zeros_like(x), np.zeros(x.shape)
    scale = (rng.random(x.shape) >= rate) / (1.0 - rate)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
