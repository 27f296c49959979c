"""Divides the scores by their sum.

Message: no_exp
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    return x / x.sum(axis=axis, keepdims=True)
