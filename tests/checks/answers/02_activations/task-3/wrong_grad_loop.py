"""A loop over the first axis.

Message: first_axis_only
"""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def relu_grad(x):
    return [1 if v > 0 else 0 for v in x]


def leaky_relu(x, alpha=0.01):
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, x, alpha * x)


def leaky_relu_grad(x, alpha=0.01):
    return np.where(np.asarray(x) > 0, 1.0, alpha)
