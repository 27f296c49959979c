"""Mean over axes of length 1.

Message: mean_of_ones
"""

import numpy as np


def unbroadcast(grad, shape):
    grad = np.asarray(grad)
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1 and grad.shape[i] != 1:
            grad = grad.mean(axis=i, keepdims=True)
    return grad
