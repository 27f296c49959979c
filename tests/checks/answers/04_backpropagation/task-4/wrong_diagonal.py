"""Multiplies by p alone.

Message: square_left_out
"""


def softmax_backward(dout, p):
    return dout * p
