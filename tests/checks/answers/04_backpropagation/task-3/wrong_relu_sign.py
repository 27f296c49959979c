"""Multiplies by the sign.

Message: sign
"""

import numpy as np


def relu_backward(dout, z):
    return dout * np.sign(z)


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
