"""Sums over axis 1, whatever the number of axes.

Message: second_axis
"""

import numpy as np


def softmax_backward(dout, p):
    p2 = np.atleast_2d(p)
    s = (np.atleast_2d(dout) * p2).sum(axis=1, keepdims=True)
    if p.ndim == 1:
        s = s[0]
    return p * (dout - s)
