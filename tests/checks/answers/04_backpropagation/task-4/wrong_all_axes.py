"""Sums over everything.

Message: all_axes
"""

import numpy as np


def softmax_backward(dout, p):
    return p * (dout - np.sum(dout * p))
