"""A forward difference for tanh.

Message: measured
"""

import numpy as np


def sigmoid_grad(x):
    s = 1 / (1 + np.exp(-np.asarray(x, dtype=float)))
    return s * (1 - s)

def tanh_grad(x):
    h = 1e-4
    return (np.tanh(np.asarray(x) + h) - np.tanh(x)) / h
