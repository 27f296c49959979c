"""Updates with the label, also when right (Hebb).

Message: hebb
"""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    X = np.asarray(X, dtype=float); y = np.asarray(y)
    w = np.zeros(X.shape[1]); b = 0.0
    mistakes = []
    for epoch in range(max_epochs):
        m = 0
        for xi, yi in zip(X, y):
            pred = 1 if xi @ w + b > 0 else 0
            err = yi - pred
            if True:
                w = w + lr * (2*yi-1) * xi
                b = b + lr * err
                m += int(err != 0)
        mistakes.append(m)
        if m == 0:
            break
    return w, b, mistakes
