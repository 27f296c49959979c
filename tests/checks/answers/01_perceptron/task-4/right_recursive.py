"""Goes through the layers by recursion."""

import numpy as np


def mlp_step(X, layers):
    if not layers:
        return np.asarray(X, float)
    W, b = layers[0]
    return mlp_step(np.heaviside(np.dot(X, W) + b, 0.0), layers[1:])


def xor_layers():
    return (([[2, -2, 0], [2, -2, 0]], [-1, 3, 1]), ([[2], [2], [0]], [-3]))
