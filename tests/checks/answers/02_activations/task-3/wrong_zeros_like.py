"""An array like the input.

Message: cuts_integers
"""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def relu_grad(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


def leaky_relu(x, alpha=0.01):
    x = np.asarray(x)
    out = np.zeros_like(x)
    out[...] = np.where(x > 0, x, alpha * x)
    return out


def leaky_relu_grad(x, alpha=0.01):
    return np.where(np.asarray(x) > 0, 1.0, alpha)
