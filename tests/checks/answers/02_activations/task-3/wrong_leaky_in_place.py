"""Scales the caller's array.

Message: changed
"""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def relu_grad(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


def leaky_relu(x, alpha=0.01):
    if not isinstance(x, np.ndarray) or x.dtype.kind == "i":
        x = np.array(x, dtype=float)
    x[x < 0] *= alpha
    return x


def leaky_relu_grad(x, alpha=0.01):
    return np.where(np.asarray(x) > 0, 1.0, alpha)
