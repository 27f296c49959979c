"""First slice of axes of length 1.

Message: first_slice
"""

import numpy as np


def unbroadcast(grad, shape):
    grad = np.asarray(grad)
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1 and grad.shape[i] != 1:
            grad = np.take(grad, [0], axis=i)
    return grad
