"""Updates with the mean over the batch; no random start.

Message: value
"""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w, b, m = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        err = y - (X @ w + b > 0)
        w = w + lr * X.T @ err / len(X); b += lr * err.mean()
        m.append(int((err != 0).sum()))
        if m[-1] == 0: break
    return w, b, m
