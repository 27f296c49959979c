"""Returns tanh.

Message: is_value
"""

import numpy as np


def sigmoid_grad(x):
    s = 1 / (1 + np.exp(-np.asarray(x, dtype=float)))
    return s * (1 - s)

def tanh_grad(x):
    return np.tanh(x)
