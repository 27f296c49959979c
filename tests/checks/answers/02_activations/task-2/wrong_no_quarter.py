"""1/cosh² of x/2 without the 1/4.

Message: too_large
"""

import numpy as np


def sigmoid_grad(x):
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    return 1/np.cosh(np.clip(x/2,-300,300))**2

def tanh_grad(x):
    x = np.asarray(x, dtype=float)
    return 1.0 - np.tanh(x) ** 2
