"""In float32."""

import numpy as np


def chain_gradients(x0, w, act):
    a, w = np.float32(x0), np.asarray(w, np.float32)
    local = []
    for weight in w:
        z = weight * a
        if act == "sigmoid":
            a = np.float32(1) / (1 + np.exp(-z))
            s = a * (1 - a)
        elif act == "tanh":
            a = np.tanh(z)
            s = 1 - a * a
        elif act == "relu":
            a = np.maximum(z, np.float32(0))
            s = np.float32(z > 0)
        else:
            a, s = z, np.float32(1)
        local.append(weight * s)
    local.append(np.float32(1))
    return np.cumprod(np.array(local, np.float32)[::-1])[::-1]
