"""Adds 1 to the denominator.

Message: does_not_sum
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / (1 + e.sum(axis=axis, keepdims=True))
