"""A small constant in the denominator, and no maximum.

Message: no_maximum
"""

import numpy as np


def softmax(x, axis=-1):
    e = np.exp(np.asarray(x, float))
    return e / (e.sum(axis=axis, keepdims=True) + 1e-9)
