"""Loops over all entries."""

import numpy as np


def relu_backward(dout, z):
    out = np.zeros(np.shape(z))
    for i in np.ndindex(*np.shape(z)):
        if z[i] > 0:
            out[i] = dout[i]
    return out


def _each(rule, dout, a):
    return np.reshape([d * rule(v) for d, v in zip(np.ravel(dout), np.ravel(a))], np.shape(a))


def sigmoid_backward(dout, a):
    return _each(lambda v: v - v * v, dout, a)


def tanh_backward(dout, a):
    return _each(lambda v: (1 - v) * (1 + v), dout, a)
