"""A hard maximum.

Message: one_hot
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    return (x == x.max(axis=axis, keepdims=True)).astype(float)
