"""Transposes in place of keepdims, for matrices.

Message: no_keepdims
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    total = e.sum(axis=axis)
    return e / total.reshape(total.shape)
