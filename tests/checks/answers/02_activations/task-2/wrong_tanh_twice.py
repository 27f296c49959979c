"""Applies tanh twice.

Message: twice_tanh
"""

import numpy as np


def sigmoid_grad(x):
    s = 1 / (1 + np.exp(-np.asarray(x, dtype=float)))
    return s * (1 - s)

def tanh_grad(x):
    t = np.tanh(x)
    return 1 - np.tanh(t) ** 2
