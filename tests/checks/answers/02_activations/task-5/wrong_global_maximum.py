"""One maximum for the whole array.

Message: global_maximum
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    e = np.exp(x - np.max(x, initial=-np.inf))
    return e / e.sum(axis=axis, keepdims=True)
