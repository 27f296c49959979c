"""Forgets keepdims.

Message: ones_dropped
"""

import numpy as np


def unbroadcast(grad, shape):
    grad = np.asarray(grad)
    lead = grad.ndim - len(shape)
    full = (1,) * lead + tuple(shape)
    return grad.sum(axis=tuple(i for i, n in enumerate(full) if n == 1))
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1 and grad.shape[i] != 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad
