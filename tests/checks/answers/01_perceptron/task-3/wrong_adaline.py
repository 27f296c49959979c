"""Corrects by the weighted sum, as Adaline does.

Message: adaline
"""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w, b, m = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        c = 0
        for x, t in zip(X, y):
            z = x @ w + b
            if int(z > 0) != t:
                c += 1
            w = w + lr * (t - z) * x; b += lr * (t - z)
        m.append(c)
        if c == 0: break
    return w, b, m
