"""The rule of tanh.

Message: rule_of_tanh
"""


def relu_backward(dout, z):
    return dout * (z > 0)


def sigmoid_backward(dout, a):
    return dout * (1 - a * a)


def tanh_backward(dout, a):
    return dout * (1 - a**2)
