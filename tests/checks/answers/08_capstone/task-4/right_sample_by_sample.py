"""Adds up outer products sample by sample; the logarithm is kept from 0 by 1e-7, as in Keras."""

import numpy as np


def forward(params, X, rate=0.2, training=False, rng=None):
    z = X @ params["W1"] + params["b1"]
    mask = np.ones(z.shape) if not training else (rng.uniform(0, 1, z.shape) >= rate) / (1 - rate)
    h = np.maximum(0, z) * mask
    s = h @ params["W2"] + params["b2"]
    e = np.exp(s - s.max(axis=1).reshape(-1, 1))
    return e / e.sum(axis=1).reshape(-1, 1), {"h": h, "mask": mask, "z": z}


def loss_and_grads(params, X, y, rate=0.2, training=True, rng=None):
    probs, cache = forward(params, X, rate=rate, training=training, rng=rng)
    n, loss = len(X), 0.0
    grads = {name: np.zeros(w.shape) for name, w in params.items()}
    for i in range(n):
        loss -= np.log(probs[i, y[i]] + 1e-7) / n
        d = probs[i].copy()
        d[y[i]] -= 1
        d /= n
        dz = (params["W2"] @ d) * cache["mask"][i] * (cache["z"][i] > 0)
        grads["W2"] += np.outer(cache["h"][i], d)
        grads["b2"] += d
        grads["W1"] += np.outer(X[i], dz)
        grads["b1"] += dz
    return loss, grads
