"""A central difference with a wide step.

Message: measured
"""

import numpy as np


def sig(x):
    return 1 / (1 + np.exp(-np.asarray(x, float)))

def sigmoid_grad(x, h=1e-3):
    return (sig(np.asarray(x) + h) - sig(np.asarray(x) - h)) / (2 * h)

def tanh_grad(x):
    return 1 - np.tanh(x) ** 2
