"""Uses the sigmoid's slope at 2x without the factor.

Message: factor
"""

import numpy as np


def sigmoid_grad(x):
    s = 1 / (1 + np.exp(-np.asarray(x, dtype=float)))
    return s * (1 - s)

def tanh_grad(x):
    s = 1 / (1 + np.exp(-2 * np.asarray(x, float)))
    return s * (1 - s)
