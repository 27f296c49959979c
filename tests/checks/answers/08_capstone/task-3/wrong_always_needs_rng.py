"""Draws a mask in every call.

Message: wants_rng
"""

import numpy as np


def forward(params, X, rate=0.2, training=False, rng=None):
    z = X @ params["W1"] + params["b1"]
    h = np.maximum(z, 0)
    scale = np.ones(h.shape)
    mask = rng.random(h.shape) >= rate
    if training:
        h = h * mask / (1 - rate)
    logits = h @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), {"z": z, "scale": scale, "h": h, "logits": logits}
