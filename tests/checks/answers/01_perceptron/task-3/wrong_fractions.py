"""Divides the counts by the number of samples.

Message: share_of_mistakes
"""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w, b, m = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        c = 0
        for x, t in zip(X, y):
            e = t - int(x @ w + b > 0)
            if e: w = w + lr * e * x; b += lr * e; c += 1
        m.append(c / len(X))
        if c == 0: break
    return w, b, m
