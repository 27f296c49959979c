"""Returns zeros for the scale at test time.

Message: scale_when_settled
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    x = np.asarray(x, dtype=float)
    if not training:
        return x.copy(), np.zeros(x.shape)
    if rate >= 1:
        return np.zeros_like(x), np.zeros(x.shape)
    scale = (rng.random(x.shape) >= rate) / (1.0 - rate)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
