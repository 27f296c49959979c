"""Calls the student's own task 3."""

import numpy as np


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        m = 0
        for x, t in zip(X, y):
            e = t - int(x @ w + b > 0)
            w, b, m = w + lr * e * x, b + lr * e, m + int(e != 0)
        mistakes.append(m)
        if m == 0:
            break
    return w, b, mistakes


def is_linearly_separable(table):
    n = int(np.log2(len(table)))
    X = np.array([[int(d) for d in format(i, f'0{n}b')] for i in range(len(table))])
    return perceptron_fit(X, np.array(table), max_epochs=500)[2][-1] == 0
