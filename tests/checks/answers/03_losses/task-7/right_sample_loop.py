"""A loop over samples."""

import numpy as np


def fit_softmax_regression(X, y, num_classes, lr=0.5, steps=200):
    X = np.asarray(X, float); n, d = X.shape; W = np.zeros((d, num_classes)); b = np.zeros(num_classes); H = []
    for _ in range(steps):
        dW = np.zeros_like(W); db = np.zeros_like(b); L = 0.
        for x, t in zip(X, y):
            z = x @ W + b; z -= z.max(); p = np.exp(z); p /= p.sum(); L -= np.log(p[t]); p[t] -= 1
            dW += np.outer(x, p); db += p
        H.append(L/n); W -= lr*dW/n; b -= lr*db/n
    return W, b, H
