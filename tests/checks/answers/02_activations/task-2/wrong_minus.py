"""Forgets the inner derivative's sign.

Message: wrong_sign
"""

import numpy as np


def sigmoid_grad(x):
    e = np.exp(-np.abs(np.asarray(x, float)))
    return -e / (1 + e) ** 2

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
