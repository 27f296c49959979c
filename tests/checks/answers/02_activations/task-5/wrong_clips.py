"""Clips the scores.

Message: clipped
"""

import numpy as np


def softmax(x, axis=-1):
    e = np.exp(np.clip(np.asarray(x, float), -500, 500))
    return e / e.sum(axis=axis, keepdims=True)
