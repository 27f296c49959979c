"""Answers -1 and 1.

Message: plus_minus_one
"""

import numpy as np


def predict_classes(scores, threshold=None):
    scores = np.asarray(scores)
    if threshold is None:
        return np.argmax(scores, axis=-1)
    return np.where(scores >= threshold, 1, -1)


def accuracy(scores, y, threshold=None):
    y = np.asarray(y)
    if y.size == 0:
        raise ValueError("empty batch")
    return float(np.mean(predict_classes(scores, threshold) == y))
