"""Divides by the number of classes.

Message: divided
"""

import numpy as np


def softmax_backward(dout, p):
    return p * (dout - np.sum(dout * p, axis=-1, keepdims=True)) / p.shape[-1]
