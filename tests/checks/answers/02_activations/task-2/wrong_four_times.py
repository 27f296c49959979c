"""A factor of two from nowhere.

Message: too_large
"""

import numpy as np


def sigmoid_grad(x):
    s = 1 / (1 + np.exp(-np.asarray(x, float)))
    return 2 * s * (1 - s)

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
