"""Flattens 3-D input.

Message: flattens
"""

import numpy as np


def dense(X, W, b):
    X = np.asarray(X); X = X.reshape(-1, X.shape[-1]) if X.ndim > 2 else X
    return X @ np.asarray(W) + np.asarray(b)

def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
