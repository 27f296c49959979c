"""Applies the sigmoid twice.

Message: twice_sigmoid
"""

import numpy as np


def sig(x):
    return 1 / (1 + np.exp(-np.asarray(x, float)))

def sigmoid_grad(x):
    s = sig(x)
    return sig(s) * (1 - sig(s))

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
