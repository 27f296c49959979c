"""Forgets 1 - a.

Message: no_complement
"""


def relu_backward(dout, z):
    return dout * (z > 0)


def sigmoid_backward(dout, a):
    return dout * a


def tanh_backward(dout, a):
    return dout * (1 - a**2)
