"""Predicts -1 and 1, so that every error is 2.

Message: twice
"""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    y = 2 * y - 1
    w, b, m = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        c = 0
        for x, t in zip(X, y):
            p = 1 if x @ w + b > 0 else -1
            if p != t:
                w = w + lr * (t - p) * x; b += lr * (t - p); c += 1
        m.append(c)
        if c == 0: break
    return w, b, m
