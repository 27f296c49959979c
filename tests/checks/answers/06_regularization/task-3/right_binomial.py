"""A binomial mask."""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    x = np.array(x, float)
    keep = 1 - rate
    if not training:
        return x, np.ones_like(x)
    m = rng.binomial(1, keep, size=x.shape).astype(float)
    if keep > 0:
        m /= keep
    return x * m, m


def dropout_backward(dout, scale):
    return np.multiply(dout, scale)
