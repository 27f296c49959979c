"""Tolerance.

Message: tolerance
"""


def relu_backward(dout, z):
    return dout * (z > 1e-8)


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
