"""Goes forward once more on its own, with log-softmax."""

import numpy as np


def loss_and_grads(params, X, y, rate=0.2, training=True, rng=None):
    W1, b1, W2, b2 = (params[k] for k in ("W1", "b1", "W2", "b2"))
    z = X @ W1 + b1
    scale = rng.binomial(1, 1 - rate, z.shape) / (1 - rate) if training and rate > 0 else 1.0
    h = np.where(z > 0, z, 0) * scale
    s = h @ W2 + b2
    logp = s - np.logaddexp.reduce(s, axis=1, keepdims=True)
    loss = -logp[np.arange(len(y)), y].sum() / len(y)
    onehot = np.eye(s.shape[1])[y]
    g = (np.exp(logp) - onehot) / len(y)
    gz = g @ W2.T * scale * (z > 0)
    return float(loss), {"W2": h.T @ g, "b2": g.sum(0), "W1": X.T @ gz, "b1": gz.sum(0)}
