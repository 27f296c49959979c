"""Copies, then works in place."""

import numpy as np


def relu_backward(dout, z):
    g = np.array(dout, dtype=float)
    g[z <= 0] = 0.0
    return g


def sigmoid_backward(dout, a):
    g = dout.copy()
    g *= a
    g *= 1 - a
    return g


def tanh_backward(dout, a):
    g = dout.copy()
    g -= g * a * a
    return g
