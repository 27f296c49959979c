"""Computes in float32."""

import numpy as np


def dense(X, W, b):
    return np.asarray(X, np.float32) @ W.astype(np.float32) + b.astype(np.float32)


def count_params(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i - 1] * sizes[i]
        total += sizes[i]
    return total
