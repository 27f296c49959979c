"""Sums over axis 1, which one row does not have.

Message: second_axis
"""


def softmax_backward(dout, p):
    return p * (dout - (dout * p).sum(axis=1, keepdims=True))
