"""The exponent is turned round.

Message: wrong_sign
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    e = np.exp(x.min(axis=axis, keepdims=True) - x)
    return e / e.sum(axis=axis, keepdims=True)
