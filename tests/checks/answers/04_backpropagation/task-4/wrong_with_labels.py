"""Takes dout for labels.

Message: with_labels
"""


def softmax_backward(dout, p):
    return p - dout
