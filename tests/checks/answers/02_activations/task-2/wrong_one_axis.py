"""A number becomes an array of one entry.

Message: forces_array
"""

import numpy as np


def sigmoid_grad(x):
    x = np.array(x, dtype=float, ndmin=1)
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
