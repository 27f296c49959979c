"""Forgets dout.

Message: mask_only
"""


def relu_backward(dout, z):
    return (z > 0).astype(float)


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
