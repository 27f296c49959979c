"""Counts with a two-dimensional histogram."""

import numpy as np


def evaluate(params, X, y):
    z = np.maximum(X @ params["W1"] + params["b1"], 0) @ params["W2"] + params["b2"]
    log_p = z - z.max(axis=1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    hits = [row.argmax() == label for row, label in zip(log_p, y)]
    return -np.take_along_axis(log_p, y[:, None], axis=1).mean(), sum(hits) / len(hits)


def confusion_matrix(y_true, y_pred, num_classes):
    edges = np.arange(num_classes + 1) - 0.5
    return np.histogram2d(y_true, y_pred, bins=(edges, edges))[0].astype(np.int32)
