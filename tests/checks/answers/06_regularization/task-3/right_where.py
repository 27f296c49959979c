"""Chooses with np.where and prints."""

import numpy as np


def dropout_forward(x, rate, rng, training=True):
    if training and rate > 0:
        u = rng.uniform(0, 1, np.shape(x))
        with np.errstate(divide="ignore"):
            scale = np.where(u < rate, 0, np.divide(1, 1 - rate) if rate != 1 else 0)
        print("kept", (scale > 0).mean() if scale.size else "nothing")
    else:
        scale = np.ones(np.shape(x))
    return x * scale, scale


def dropout_backward(dout, scale):
    out = np.array(dout, dtype=float)
    out *= scale
    return out
