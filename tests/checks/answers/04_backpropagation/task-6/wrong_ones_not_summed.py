"""Axes of length 1 not summed.

Message: ones_not_summed
"""

import numpy as np


def unbroadcast(grad, shape):
    grad = np.asarray(grad)
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    return grad
