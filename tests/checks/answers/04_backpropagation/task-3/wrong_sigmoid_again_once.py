"""Applies the sigmoid again in one factor.

Message: first_factor_again
"""

import numpy as np


def relu_backward(dout, z):
    return dout * (z > 0)


def sigmoid_backward(dout, a):
    return dout * a * (1 - 1 / (1 + np.exp(-a)))


def tanh_backward(dout, a):
    return dout * (1 - a**2)
