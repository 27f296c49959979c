"""Loop over units."""

import numpy as np


def masked_dense(X, W, b, mask):
    X = np.asarray(X, float); out = np.zeros((X.shape[0], W.shape[1])); n = 0
    for k in range(W.shape[1]):
        idx = np.flatnonzero(np.asarray(mask)[:, k]); n += len(idx) + 1
        out[:, k] = X[:, idx] @ W[idx, k] + b[k]
    return out, n
