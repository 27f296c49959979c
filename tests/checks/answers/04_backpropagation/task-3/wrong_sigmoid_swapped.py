"""Swaps dout and a.

Message: swapped
"""


def relu_backward(dout, z):
    return dout * (z > 0)


def sigmoid_backward(dout, a):
    return a * dout * (1 - dout)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
