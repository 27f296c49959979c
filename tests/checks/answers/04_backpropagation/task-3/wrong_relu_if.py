"""Compares an array with if.

Message: raised_truth
"""


def relu_backward(dout, z):
    if z > 0:
        return dout
    return 0 * dout


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
