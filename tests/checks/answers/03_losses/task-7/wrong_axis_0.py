"""Softmax along the samples.

Message: along_samples
"""

import numpy as np


def fit_softmax_regression(X, y, num_classes, lr=0.5, steps=200):
    X = np.asarray(X, dtype=float)
    n, d = X.shape
    W, b = np.zeros((d, num_classes)), np.zeros(num_classes)
    history = []
    for _ in range(steps):
        z = X @ W + b
        p = np.exp(z) / np.exp(z).sum(axis=0)
        history.append(-np.mean(np.log(p[np.arange(n), y])))
        G = p.copy()
        G[np.arange(n), y] -= 1
        G /= n
        W = W - lr * X.T @ G
        b = b - lr * G.sum(axis=0)
    return W, b, history
