"""Drops neighbours together.

Message: together
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    x = np.asarray(x, dtype=float)
    if not training or rate == 0:
        return x.copy(), np.ones(x.shape)
    if rate == 1:
        return 0 * x, 0 * x
    coins = np.repeat(rng.random(x.size // 2 + 1), 2)[: x.size].reshape(x.shape)
    scale = (coins >= rate) / (1 - rate)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
