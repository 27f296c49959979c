"""The rule of tanh for the sigmoid.

Message: square_of_s
"""

import numpy as np


def sigmoid_grad(x):
    s = 1 / (1 + np.exp(-np.asarray(x, float)))
    return 1 - s ** 2

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
