"""Returns logarithms.

Message: is_log
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
