"""Uses dout for a.

Message: dout_for_a
"""


def relu_backward(dout, z):
    return dout * (z > 0)


def sigmoid_backward(dout, a):
    return dout * dout * (1 - dout)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
