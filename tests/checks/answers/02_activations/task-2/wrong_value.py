"""Returns the sigmoid.

Message: is_value
"""

import numpy as np


def sigmoid_grad(x):
    return 1 / (1 + np.exp(-np.asarray(x, float)))

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
