"""Calls a task 1 that is wrong, which must not cost task 3."""

import numpy as np


def perceptron_predict(X, w, b):
    return (X @ w + b >= 0).astype(int)


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w, b = np.zeros(X.shape[1]), 0.0
    mistakes = []
    for epoch in range(max_epochs):
        m = 0
        for x, t in zip(X, y):
            e = t - perceptron_predict(x, w, b)
            w = w + lr * e * x
            b = b + lr * e
            m += int(e != 0)
        mistakes.append(m)
        if m == 0:
            break
    return w, b, mistakes
