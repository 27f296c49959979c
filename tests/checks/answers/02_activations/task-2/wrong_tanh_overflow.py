"""Builds tanh from exponentials.

Message: overflows
"""

import numpy as np


def sigmoid_grad(x):
    s = 1 / (1 + np.exp(-np.asarray(x, dtype=float)))
    return s * (1 - s)

def tanh_grad(x):
    t = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return 1 - t ** 2
