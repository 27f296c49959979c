"""Standardises the features.

Message: value
"""

import numpy as np


def fit_softmax_regression(X, y, num_classes, lr=0.5, steps=200):
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    X = (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-9)
    W, b = np.zeros((d, num_classes)), np.zeros(num_classes)
    history = []
    for _ in range(steps):
        z = X @ W + b
        z = z - z.max(axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        history.append(-np.mean(np.log(p[np.arange(n), y])))
        G = p.copy()
        G[np.arange(n), y] -= 1
        G /= n
        W = W - lr * X.T @ G
        b = b - lr * G.sum(axis=0)
    return W, b, history
