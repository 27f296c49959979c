"""Masked in place, on copies."""

import numpy as np


def relu(x):
    y = np.array(x)
    y[y < 0] = 0
    return y

def relu_grad(x):
    g = np.zeros(np.shape(x), dtype=int)
    g[np.asarray(x) > 0] = 1
    return g

def leaky_relu(x, alpha=0.01):
    y = np.array(x, dtype=float)
    y[y < 0] *= alpha
    return y

def leaky_relu_grad(x, alpha=0.01):
    g = np.full(np.shape(x), float(alpha))
    g[np.asarray(x) > 0] = 1
    return g
