"""Weights of the dtype of X.

Message: raised_cast
"""

import numpy as np


def fit_softmax_regression(X, y, num_classes, lr=0.5, steps=200):
    n, d = X.shape
    W, b, history = np.zeros((d, num_classes), dtype=X.dtype), np.zeros(num_classes), []
    for _ in range(steps):
        z = X @ W + b
        z = z - z.max(axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        history.append(-np.mean(np.log(p[np.arange(n), y])))
        p[np.arange(n), y] -= 1
        W -= lr * X.T @ p / n
        b -= lr * p.sum(axis=0) / n
    return W, b, history
