"""Relu'(0) = 1 (>=).

Message: one_at_zero
"""

import numpy as np


def relu(x):
    return np.maximum(np.asarray(x), 0)

def relu_grad(x):
    return (np.asarray(x) >= 0).astype(float)

def leaky_relu(x, alpha=0.01):
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, x, alpha * x)

def leaky_relu_grad(x, alpha=0.01):
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, 1.0, alpha)
