"""Loses the shape.

Message: flattens
"""

import numpy as np


def sigmoid_grad(x):
    e = np.exp(-np.abs(np.ravel(x)))
    return e / (1 + e) ** 2

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
