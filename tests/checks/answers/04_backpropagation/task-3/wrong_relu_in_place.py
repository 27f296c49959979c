"""In place on dout.

Message: changed
"""


def relu_backward(dout, z):
    dout[z <= 0] = 0
    return dout


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
