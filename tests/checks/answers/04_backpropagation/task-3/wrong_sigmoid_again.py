"""Applies the sigmoid to its output.

Message: sigmoid_again
"""

import numpy as np


def relu_backward(dout, z):
    return dout * (z > 0)


def sigmoid_backward(dout, a):
    a = 1 / (1 + np.exp(-a))
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
