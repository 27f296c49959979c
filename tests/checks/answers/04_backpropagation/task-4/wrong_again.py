"""Applies softmax to its output.

Message: softmax_again
"""

import numpy as np


def softmax_backward(dout, p):
    e = np.exp(p)
    q = e / e.sum(axis=-1, keepdims=True)
    return q * (dout - np.sum(dout * q, axis=-1, keepdims=True))
