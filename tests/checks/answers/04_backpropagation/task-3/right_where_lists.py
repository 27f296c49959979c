"""np.where, and lists as results."""

import numpy as np


def relu_backward(dout, z):
    return np.where(z > 0, dout, 0).tolist()


def sigmoid_backward(dout, a):
    return (a * dout - a**2 * dout).tolist()


def tanh_backward(dout, a):
    return np.subtract(dout, dout * np.square(a)).tolist()
