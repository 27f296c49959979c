"""Multiplies by x, as if for the chain rule.

Message: times_x
"""

import numpy as np


def sigmoid_grad(x):
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    return x * e / (1 + e) ** 2

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
