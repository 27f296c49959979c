"""The rule of the sigmoid for tanh.

Message: sigmoid_rule
"""

import numpy as np


def sigmoid_grad(x):
    s = 1 / (1 + np.exp(-np.asarray(x, dtype=float)))
    return s * (1 - s)

def tanh_grad(x):
    t = np.tanh(x)
    return t * (1 - t)
