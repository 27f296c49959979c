"""Powers of two.

Message: base_two
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    e = 2 ** (x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
