"""Subtracts the step from the weights, and adds it to the bias.

Message: weights_sign
"""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w, b = np.zeros(X.shape[1]), 0.0
    mistakes = []
    for epoch in range(max_epochs):
        m = 0
        for x, t in zip(X, y):
            e = t - int(x @ w + b > 0)
            w = w - lr * e * x
            b = b + lr * e
            m += int(e != 0)
        mistakes.append(m)
        if m == 0:
            break
    return w, b, mistakes
