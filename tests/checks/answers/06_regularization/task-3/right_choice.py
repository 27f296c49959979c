"""Draws with rng.choice."""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    x = np.asarray(x, float)
    if not training:
        return x + 0, np.ones(x.shape)
    s = rng.choice([0.0, 0.0 if rate == 1 else 1 / (1 - rate)], size=x.shape, p=[rate, 1 - rate])
    return x * s, s


def dropout_backward(dout, scale):
    return scale * dout
