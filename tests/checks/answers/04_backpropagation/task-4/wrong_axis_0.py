"""Sums over the first axis.

Message: first_axis
"""

import numpy as np


def softmax_backward(dout, p):
    return p * (dout - np.sum(dout * p, axis=0, keepdims=True))
