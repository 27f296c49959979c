"""Leaves out axis.

Message: raised_arguments
"""

import numpy as np


def softmax(x):
    x = np.asarray(x, float)
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
