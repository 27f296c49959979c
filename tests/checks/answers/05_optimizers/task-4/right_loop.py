"""Loops over the coordinates."""

import math

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = dict(state)
    out = w.copy()
    for i in np.ndindex(*w.shape):
        h[i] = h.get(i, 0.0) + float(g[i]) ** 2
        out[i] = w[i] - lr * g[i] / (math.sqrt(h[i]) + eps)
    return out, h
