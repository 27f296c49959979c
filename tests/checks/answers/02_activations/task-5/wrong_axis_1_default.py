"""Axis=1 hard-coded (fails 1-D/3-D).

Message: second_axis_default
"""

import numpy as np


def softmax(x, axis=1):
    x = np.asarray(x, dtype=float)
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
