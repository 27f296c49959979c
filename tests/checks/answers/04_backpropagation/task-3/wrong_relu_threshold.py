"""Compares with 1.

Message: threshold
"""


def relu_backward(dout, z):
    return dout * (z > 1)


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
