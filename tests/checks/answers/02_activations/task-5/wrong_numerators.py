"""Returns the numerators.

Message: not_divided
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    return np.exp(x - x.max(axis=axis, keepdims=True))
