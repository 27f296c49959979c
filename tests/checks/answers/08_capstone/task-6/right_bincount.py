"""Counts with bincount, and changes a copy in place."""

import numpy as np


def evaluate(params, X, y):
    h = X @ params["W1"] + params["b1"]
    h[h < 0] = 0
    z = h @ params["W2"] + params["b2"]
    loss = float(np.mean(np.logaddexp.reduce(z, axis=1) - z[np.arange(len(z)), y]))
    return loss, float((np.argmax(z, 1) == y).sum() / len(y))


def confusion_matrix(y_true, y_pred, num_classes):
    pair = np.asarray(y_true, int) * num_classes + np.asarray(y_pred, int)
    return np.bincount(pair, minlength=num_classes**2).reshape(num_classes, num_classes)
