"""Forgets the biases.

Message: no_bias
"""

import numpy as np


def forward(params, X, rate=0.2, training=False, rng=None):
    z = X @ params["W1"]
    h = np.maximum(z, 0)
    scale = np.ones(h.shape)
    if training:
        scale = (rng.random(h.shape) >= rate) / (1 - rate)
        h = h * scale
    logits = h @ params["W2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), {"z": z, "scale": scale, "h": h, "logits": logits}
