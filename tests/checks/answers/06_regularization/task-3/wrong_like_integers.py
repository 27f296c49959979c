"""Makes the scale like an integer x.

Message: whole_numbers
"""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    scale = np.ones_like(x)
    if training:
        if rate == 1:
            return np.zeros_like(x), np.zeros_like(x)
        scale[...] = (rng.random(x.shape) >= rate) / (1 - rate)
    return x * scale, scale


def dropout_backward(dout, scale):
    return dout * scale
