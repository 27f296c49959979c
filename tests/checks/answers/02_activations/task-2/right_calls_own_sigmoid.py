"""Uses the answer of task 1, which is wrong."""

import numpy as np


def sigmoid(x):
    return np.tanh(x)

def sigmoid_grad(x):
    return sigmoid(x) * (1 - sigmoid(x))

def tanh_grad(x):
    return 1.0 / np.cosh(x) ** 2
