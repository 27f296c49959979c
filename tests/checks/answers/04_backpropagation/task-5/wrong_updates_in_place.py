"""Updates the parameters.

Message: changed
"""

import numpy as np


def two_layer_loss_and_grads(params, X, y, reg=0.0):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    n = X.shape[0]
    z1 = X @ W1 + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2
    s = z2 - z2.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    loss = -np.mean(logp[np.arange(n), y])
    loss += 0.5 * reg * (np.sum(W1**2) + np.sum(W2**2))
    d2 = np.exp(logp)
    d2[np.arange(n), y] -= 1
    d2 /= n
    g = {"W2": a1.T @ d2 + reg * W2, "b2": d2.sum(axis=0)}
    d1 = (d2 @ W2.T) * (z1 > 0)
    g["W1"] = X.T @ d1 + reg * W1
    g["b1"] = d1.sum(axis=0)
    for k in g:
        params[k] = params[k] - 0.1 * g[k]
    return float(loss), g
