"""Uses the rule for labels -1 and 1.

Message: plus_minus_labels
"""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    y = np.where(y > 0, 1, -1)
    w, b, m = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        c = 0
        for x, t in zip(X, y):
            if t * (x @ w + b) <= 0:
                w = w + lr * t * x; b += lr * t; c += 1
        m.append(c)
        if c == 0: break
    return w, b, m
