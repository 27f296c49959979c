"""Chooses the mask with rng.choice, and changes a copy in place."""

import numpy as np


def forward(params, X, rate=0.2, training=False, rng=None):
    h = X.dot(params["W1"])
    h += params["b1"]
    h[h < 0] = 0
    if training and rate:
        keep = rng.choice([True, False], size=h.shape, p=[1 - rate, rate])
        h[~keep] = 0
        h /= 1 - rate
    s = h.dot(params["W2"]) + params["b2"]
    s -= s.max(1)[:, None]
    np.exp(s, out=s)
    s /= s.sum(1)[:, None]
    return s, {"h": h}
