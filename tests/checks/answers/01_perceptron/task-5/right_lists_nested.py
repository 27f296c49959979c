"""Nested lists and recursion."""

import numpy as np


def dense(X, W, b):
    if np.ndim(X) > 1: return [dense(x, W, b) for x in X] if len(X) else np.zeros(np.shape(X)[:-1] + (len(b),))
    return [sum(X[i] * W[i][k] for i in range(len(X))) + b[k] for k in range(len(b))]
def count_params(sizes):
    return 0 if len(sizes) < 2 else sizes[0] * sizes[1] + sizes[1] + count_params(sizes[1:])
