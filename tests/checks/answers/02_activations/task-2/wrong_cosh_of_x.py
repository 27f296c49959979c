"""Forgets to halve x inside cosh.

Message: no_half
"""

import numpy as np


def sigmoid_grad(x):
    return 1 / (4 * np.cosh(np.clip(np.asarray(x, float), -300, 300)) ** 2)

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
