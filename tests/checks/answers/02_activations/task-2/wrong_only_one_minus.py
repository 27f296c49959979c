"""Forgets the first factor.

Message: half_of_product
"""

import numpy as np


def sigmoid_grad(x):
    return 1 - 1 / (1 + np.exp(-np.asarray(x, float)))

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
