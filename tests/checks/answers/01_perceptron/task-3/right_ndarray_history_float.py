"""Keeps the history in an array of floats."""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w = np.zeros(X.shape[1]); b = 0.; h = np.array([])
    for _ in range(max_epochs):
        c = 0.
        for xi, yi in zip(X, y):
            p = float(np.dot(xi, w) + b > 0)
            if p != yi:
                w = w + lr * (yi - p) * xi; b = b + lr * (yi - p); c += 1
        h = np.append(h, c)
        if c == 0: return w, b, h
    return w, b, h
