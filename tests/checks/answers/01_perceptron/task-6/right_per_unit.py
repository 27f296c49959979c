"""Selects the live inputs of each unit."""

import numpy as np


def unit(X, w, b, live):
    return X[:, live] @ w[live] + b
def masked_dense(X, W, b, mask):
    m = mask != 0
    cols = [unit(X, W[:, k], b[k], m[:, k]) for k in range(W.shape[1])]
    return np.column_stack(cols), sum(col.sum() for col in m.T) + W.shape[1]
