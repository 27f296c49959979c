"""Takes the logarithm of a probability that may be 0.

Message: log_of_zero
"""

import numpy as np


def forward(params, X, rate=0.2, training=False, rng=None):
    z = X @ params["W1"] + params["b1"]
    h = np.maximum(z, 0)
    scale = np.ones(h.shape)
    if training:
        scale = (rng.random(h.shape) >= rate) / (1 - rate)
        h = h * scale
    logits = h @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), {"z": z, "scale": scale, "h": h, "logits": logits}


def loss_and_grads(params, X, y, rate=0.2, training=True, rng=None):
    probs, cache = forward(params, X, rate, training, rng)
    n = len(X)
    rows = np.arange(n)
    loss = -np.mean(np.log(probs[rows, y]))
    dlogits = probs.copy()
    dlogits[rows, y] -= 1
    dlogits /= n
    dh = dlogits @ params["W2"].T
    dz = dh * cache["scale"] * (cache["z"] > 0)
    return loss, {"W1": X.T @ dz, "b1": dz.sum(axis=0), "W2": cache["h"].T @ dlogits, "b2": dlogits.sum(axis=0)}
