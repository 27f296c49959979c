"""Drops what enters the sum, before the bias and ReLU.

Message: wrong_place
"""

import numpy as np


def forward(params, X, rate=0.2, training=False, rng=None):
    z = X @ params["W1"]
    if training:
        z = z * (rng.random(z.shape) >= rate) / (1 - rate)
    z = z + params["b1"]
    h = np.maximum(z, 0)
    scale = np.ones(h.shape)
    logits = h @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), {"z": z, "scale": scale, "h": h, "logits": logits}
