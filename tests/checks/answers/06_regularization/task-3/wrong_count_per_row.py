"""Drops the same number in each row.

Message: fixed_count
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    if not training or rate == 0:
        return x, np.ones(x.shape)
    if rate == 1:
        return np.zeros(x.shape), np.zeros(x.shape)
    flat = np.atleast_2d(x)
    count = int(rate * x.shape[-1])
    order = np.argsort(rng.random(x.shape), axis=-1)
    scale = (np.argsort(order, axis=-1) >= count) / (1 - rate)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
