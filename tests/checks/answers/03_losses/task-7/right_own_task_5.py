"""Calls task 5."""

import numpy as np


def softmax_cross_entropy(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    lse = np.log(np.exp(z).sum(axis=1, keepdims=True))
    p = np.exp(z - lse)
    n = len(y)
    loss = float(np.mean(lse[:, 0] - z[np.arange(n), y]))
    p[np.arange(n), y] -= 1
    return loss, p / n


def fit_softmax_regression(X, y, num_classes, lr=0.5, steps=200):
    W, b, history = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), []
    for _ in range(steps):
        loss, G = softmax_cross_entropy(X @ W + b, y)
        history.append(loss)
        W -= lr * (X.T @ G)
        b -= lr * G.sum(axis=0)
    return W, b, history
