"""Activation sums."""

import numpy as np


def dead_fraction(X, W, b):
    A = np.maximum(np.dot(X, W) + b, 0)
    return 1 - np.count_nonzero(A.sum(axis=0)) / W.shape[1]
