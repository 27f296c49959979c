"""The rule of the sigmoid.

Message: elementwise
"""


def softmax_backward(dout, p):
    return p * (1 - p) * dout
