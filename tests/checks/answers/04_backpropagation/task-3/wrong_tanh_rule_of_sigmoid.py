"""The rule of the sigmoid.

Message: rule_of_sigmoid
"""


def relu_backward(dout, z):
    return dout * (z > 0)


def sigmoid_backward(dout, a):
    return dout * a * (1 - a)


def tanh_backward(dout, a):
    return dout * a * (1 - a)
