"""A loop over the entries."""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    out, scale = np.zeros(x.shape), np.ones(x.shape)
    for place in np.ndindex(x.shape):
        if training:
            scale[place] = 0 if rng.random() < rate else 1 / (1 - rate)
        out[place] = x[place] * scale[place]
    return out, scale


def dropout_backward(dout, scale):
    dx = np.zeros(dout.shape)
    for place in np.ndindex(dout.shape):
        dx[place] = dout[place] * scale[place]
    return dx
