"""Zeroes a copy, and counts with floats."""

import numpy as np


def masked_dense(X, W, b, mask):
    W2 = W.copy()
    W2[np.asarray(mask) == 0] = 0
    return X.dot(W2) + b, np.asarray(mask, float).sum() + b.size
