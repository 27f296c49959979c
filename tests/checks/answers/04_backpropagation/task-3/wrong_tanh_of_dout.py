"""Uses dout for a.

Message: tanh_of_dout
"""


def relu_backward(dout, z):
    return dout * (z > 0)


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - dout**2)
