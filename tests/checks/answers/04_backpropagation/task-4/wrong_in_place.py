"""Changes dout.

Message: changed
"""


def softmax_backward(dout, p):
    dout -= (dout * p).sum(axis=-1, keepdims=True)
    return dout * p
