"""Multiplication by the mask."""

import numpy as np


def relu(x):
    return np.asarray(x)*(np.asarray(x) > 0)
def relu_grad(x):
    return np.where(np.asarray(x) > 0, 1, 0)
def leaky_relu(x, alpha=0.01):
    x = np.asarray(x, float); return x*np.where(x > 0, 1, alpha)
def leaky_relu_grad(x, alpha=0.01):
    g = np.ones(np.shape(x)); g[np.asarray(x) <= 0] = alpha; return g
