"""Divides by a sum over the array.

Message: is_softmax
"""

import numpy as np


def sigmoid(x):
    e = np.exp(np.asarray(x, float) - np.max(x))
    return e / np.sum(e)
