"""Fills an array of the integer type.

Message: cuts_integers
"""

import numpy as np


def sigmoid_grad(x):
    x = np.asarray(x)
    out = np.zeros_like(x)
    e = np.exp(-np.abs(x))
    out[...] = e / (1 + e) ** 2
    return out

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
