"""Evaluates with the forward pass of task 3, and sums comparisons."""

import numpy as np


def forward(params, X, rate=0.2, training=False, rng=None):
    h = np.maximum(X @ params["W1"] + params["b1"], 0)
    s = h @ params["W2"] + params["b2"]
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), {"h": h}


def evaluate(params, X, y):
    probs, _ = forward(params, X, training=False)
    p = probs[np.arange(len(y)), y]
    return np.mean(-np.log(p + 1e-12)), np.mean(np.argmax(probs, axis=-1) == y)


def confusion_matrix(y_true, y_pred, num_classes):
    classes = np.arange(num_classes)
    true = (np.asarray(y_true)[:, None] == classes).astype(int)
    return true.T @ (np.asarray(y_pred)[:, None] == classes).astype(int)
