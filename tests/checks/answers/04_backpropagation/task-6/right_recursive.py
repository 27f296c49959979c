"""Recursion, one axis at a time."""

import numpy as np


def unbroadcast(grad, shape):
    if np.shape(grad) == tuple(shape):
        return grad
    if np.ndim(grad) > len(shape):
        return unbroadcast(sum(grad), shape)
    axis = [big != small for big, small in zip(grad.shape, shape)].index(True)
    return unbroadcast(np.expand_dims(np.add.reduce(grad, axis), axis), shape)
