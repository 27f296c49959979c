"""Calls itself for each epoch."""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100, w=None, b=0.0, m=()):
    w = np.zeros(X.shape[1]) if w is None else w
    if max_epochs == 0 or (m and m[-1] == 0):
        return w, b, list(m)
    c = 0
    for x, t in zip(X, y):
        e = int(t) - int(x @ w + b > 0)
        w, b, c = w + lr * e * x, b + lr * e, c + abs(e)
    return perceptron_fit(X, y, lr, max_epochs - 1, w, b, m + (c,))
