"""Loops over the samples, and returns lists."""

import numpy as np


def evaluate(params, X, y):
    loss, right = 0.0, 0
    for x, label in zip(X, y):
        scores = np.maximum(x @ params["W1"] + params["b1"], 0) @ params["W2"] + params["b2"]
        exps = np.exp(scores - scores.max())
        p = exps / exps.sum()
        loss -= np.log(max(p[label], 1e-7))
        right += int(np.argmax(p)) == label
    return [loss / len(X), right / len(X)]


def confusion_matrix(y_true, y_pred, num_classes):
    M = [[0] * num_classes for _ in range(num_classes)]
    for t, p in zip(y_true, y_pred):
        M[t][p] += 1
    return M
