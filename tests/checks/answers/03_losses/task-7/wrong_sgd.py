"""Updates after each sample.

Message: one_sample_at_a_time
"""

import numpy as np


def fit_softmax_regression(X, y, num_classes, lr=0.5, steps=200):
    W, b, history = np.zeros((X.shape[1], num_classes)), np.zeros(num_classes), []
    for _ in range(steps):
        z = X @ W + b
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        history.append(-np.mean(np.log(p[np.arange(len(X)), y])))
        for x, label in zip(X, y):
            q = np.exp(x @ W + b)
            q /= q.sum()
            q[label] -= 1
            W -= lr * np.outer(x, q)
            b -= lr * q
    return W, b, history
