"""Computes in the caller's array.

Message: changed
"""

import numpy as np


def sigmoid_grad(x):
    e = np.exp(-np.abs(x))
    if isinstance(x, np.ndarray) and x.dtype == float:
        np.abs(x, out=x)
    return e / (1 + e) ** 2

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
