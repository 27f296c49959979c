"""Divides by the mean.

Message: mean_below
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.mean(axis=axis, keepdims=True)
