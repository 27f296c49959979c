"""Stores W the other way round, as PyTorch does.

Message: transposed
"""

import numpy as np


def dense(X, W, b):
    X = np.asarray(X)
    return X @ W.T + b


def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
