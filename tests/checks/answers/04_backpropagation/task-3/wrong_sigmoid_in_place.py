"""In place on a.

Message: changed
"""


def relu_backward(dout, z):
    return dout * (z > 0)


def sigmoid_backward(dout, a):
    a *= 1 - a
    return dout * a


def tanh_backward(dout, a):
    return dout * (1 - a**2)
