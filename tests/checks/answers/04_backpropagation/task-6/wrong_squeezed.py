"""Squeezes the result.

Message: ones_dropped
"""

import numpy as np


def unbroadcast(grad, shape):
    full = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, n in enumerate(full) if n == 1)
    return np.squeeze(grad.sum(axis=axes, keepdims=True))
