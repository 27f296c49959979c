"""One sample after the other."""

import numpy as np


def two_layer_loss_and_grads(params, X, y, reg=0.0):
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    loss = 0.0
    for x, k in zip(X, y):
        z = x @ params["W1"] + params["b1"]
        a = np.where(z > 0, z, 0.0)
        o = a @ params["W2"] + params["b2"]
        e = np.exp(o - max(o))
        p = e / sum(e)
        loss -= np.log(p[k])
        p[k] -= 1
        grads["W2"] += np.outer(a, p)
        grads["b2"] += p
        back = params["W2"] @ p
        back[z <= 0] = 0
        grads["W1"] += np.outer(x, back)
        grads["b1"] += back
    loss /= len(X)
    for name in grads:
        grads[name] /= len(X)
        if name in ("W1", "W2"):
            grads[name] += reg * params[name]
            loss += reg * (params[name] ** 2).sum() / 2
    return loss, grads
