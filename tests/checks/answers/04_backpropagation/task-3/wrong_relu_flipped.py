"""Mask the wrong way round.

Message: flipped
"""

import numpy as np


def relu_backward(dout, z):
    return np.where(z > 0, 0, dout)


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
