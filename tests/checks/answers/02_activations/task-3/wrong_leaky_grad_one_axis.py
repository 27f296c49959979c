"""A number becomes an array.

Message: forces_array
"""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def relu_grad(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


def leaky_relu(x, alpha=0.01):
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, x, alpha * x)


def leaky_relu_grad(x, alpha=0.01):
    return np.where(np.atleast_1d(x) > 0, 1.0, alpha)
