"""Overflowing exp(x)/(1+exp(x))**2.

Message: overflows
"""

import numpy as np


def sigmoid_grad(x):
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    return np.exp(x)/(1+np.exp(x))**2

def tanh_grad(x):
    x = np.asarray(x, dtype=float)
    return 1.0 - np.tanh(x) ** 2
