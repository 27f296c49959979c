"""Applies tanh to its output.

Message: tanh_again
"""

import numpy as np


def relu_backward(dout, z):
    return dout * (z > 0)


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - np.tanh(a) ** 2)
