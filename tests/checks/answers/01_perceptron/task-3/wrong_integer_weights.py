"""Weights stored as integers.

Message: integer_weights
"""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    X = np.asarray(X); y = np.asarray(y)
    w = np.zeros_like(X[0]); b = 0.0
    mistakes = []
    for epoch in range(max_epochs):
        m = 0
        for xi, yi in zip(X, y):
            pred = 1 if xi @ w + b > 0 else 0
            err = yi - pred
            if err != 0:
                w = (w + lr * err * xi).astype(w.dtype)
                b = b + lr * err
                m += 1
        mistakes.append(m)
        if m == 0:
            break
    return w, b, mistakes
