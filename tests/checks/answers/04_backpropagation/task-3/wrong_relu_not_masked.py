"""Passes everything.

Message: not_masked
"""


def relu_backward(dout, z):
    return dout


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
