"""Takes the mask from dout.

Message: mask_from_dout
"""


def relu_backward(dout, z):
    return dout * (dout > 0)


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
