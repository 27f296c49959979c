"""Explicit loops."""

import numpy as np


def perceptron_predict(X, w, b):
    X = np.asarray(X)
    if X.ndim == 1:
        s = b
        for j in range(len(w)): s = s + X[j]*w[j]
        return np.int64(1 if s > 0 else 0)
    return np.array([perceptron_predict(x, w, b) for x in X], dtype=np.int64)
