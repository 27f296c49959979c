"""Loops over output units."""

import numpy as np


def dense(X, W, b):
    X = np.asarray(X, float)
    out = np.zeros(X.shape[:-1] + (W.shape[1],))
    for k in range(W.shape[1]):
        out[..., k] = (X * W[:, k]).sum(axis=-1) + b[k]
    return out
def count_params(sizes):
    return int(sum(np.prod((a, c)) + c for a, c in zip(sizes, sizes[1:])))
