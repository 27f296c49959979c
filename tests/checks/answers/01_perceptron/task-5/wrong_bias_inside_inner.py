"""Adds the bias in the innermost loop.

Message: bias_each_product
"""

import numpy as np


def dense(X, W, b):
    X = np.asarray(X); out = np.zeros(X.shape[:-1] + (W.shape[1],))
    for k in range(W.shape[1]):
        for j in range(W.shape[0]): out[..., k] += X[..., j] * W[j, k] + b[k]
    return out
def count_params(sizes): return sum((a + 1) * c for a, c in zip(sizes, sizes[1:]))
