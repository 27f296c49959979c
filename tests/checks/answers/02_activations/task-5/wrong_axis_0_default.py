"""Axis=0 by default.

Message: first_axis_default
"""

import numpy as np


def softmax(x, axis=0):
    x = np.asarray(x, dtype=float)
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
