"""Recursion and lists."""

import numpy as np


def predict_classes(scores, threshold=None):
    if threshold is None and np.ndim(scores) == 1:
        scores = list(scores)
        return scores.index(max(scores))
    if np.ndim(scores) == 0:
        return int(scores >= threshold)
    return [predict_classes(one, threshold) for one in scores]


def accuracy(scores, y, threshold=None):
    found = np.ravel(predict_classes(scores, threshold))
    right = [a == b for a, b in zip(found, np.ravel(y))]
    if not right:
        raise ValueError("empty")
    return sum(right) / len(right)
