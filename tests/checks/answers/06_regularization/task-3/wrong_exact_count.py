"""Drops an exact share.

Message: fixed_count
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    if not training or rate == 0:
        return x, np.ones(x.shape)
    if rate == 1:
        return np.zeros(x.shape), np.zeros(x.shape)
    scale = np.full(x.size, 1 / (1 - rate))
    scale[rng.permutation(x.size)[: round(rate * x.size)]] = 0
    scale = scale.reshape(x.shape)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
