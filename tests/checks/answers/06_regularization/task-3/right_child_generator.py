"""Makes a generator from the given one."""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    x = np.asarray(x, dtype=float)
    if not training or rate == 0:
        return x.copy(), np.ones(x.shape)
    own = np.random.default_rng(rng.integers(2**32))
    if rate == 1:
        return x * 0, x * 0
    scale = (own.random(x.shape) >= rate) / (1 - rate)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
