"""Drops pixels in place of hidden units.

Message: wrong_place
"""

import numpy as np


def forward(params, X, rate=0.2, training=False, rng=None):
    if training:
        X = X * (rng.random(X.shape) >= rate) / (1 - rate)
    z = X @ params["W1"] + params["b1"]
    h = np.maximum(z, 0)
    scale = np.ones(h.shape)
    logits = h @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), {"z": z, "scale": scale, "h": h, "logits": logits}
