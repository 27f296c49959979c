"""Puts the axis back at the end.

Message: axis_put_last
"""

import numpy as np


def softmax(x, axis=-1):
    x = np.asarray(x, float)
    e = np.exp(x - x.max(axis)[..., np.newaxis])
    return e / e.sum(axis)[..., np.newaxis]
