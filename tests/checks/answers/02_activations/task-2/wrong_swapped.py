"""The two functions are swapped.

Message: other_slope
"""

import numpy as np


def sigmoid_grad(x):
    return 1 - np.tanh(x) ** 2

def tanh_grad(x):
    s = 1 / (1 + np.exp(-np.asarray(x, dtype=float)))
    return s * (1 - s)
