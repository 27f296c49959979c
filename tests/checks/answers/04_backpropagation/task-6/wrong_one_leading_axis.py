"""One leading axis only.

Message: one_leading_axis
"""

import numpy as np


def unbroadcast(grad, shape):
    grad = np.asarray(grad)
    if grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1 and grad.shape[i] != 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad
