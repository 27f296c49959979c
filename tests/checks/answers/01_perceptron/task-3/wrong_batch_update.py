"""Batch update (predicts the whole epoch with old weights).

Message: batch_update
"""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    X = np.asarray(X, dtype=float); y = np.asarray(y)
    w = np.zeros(X.shape[1]); b = 0.0
    mistakes = []
    for epoch in range(max_epochs):
        m = 0
        w0, b0 = w, b
        for xi, yi in zip(X, y):
            pred = 1 if xi @ w0 + b0 > 0 else 0
            err = yi - pred
            if err != 0:
                w = w + lr * err * xi
                b = b + lr * err
                m += 1
        mistakes.append(m)
        if m == 0:
            break
    return w, b, mistakes
