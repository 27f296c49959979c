"""Slope one half at 0.

Message: half_at_zero
"""

import numpy as np


def relu_backward(dout, z):
    return dout * np.heaviside(z, 0.5)


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
