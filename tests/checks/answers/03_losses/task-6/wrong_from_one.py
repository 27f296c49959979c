"""Counts from 1.

Message: counts_from_one
"""

import numpy as np


def predict_classes(scores, threshold=None):
    scores = np.asarray(scores)
    if threshold is None:
        return np.argmax(scores, axis=-1) + 1
    return (scores >= threshold).astype(int)


def accuracy(scores, y, threshold=None):
    y = np.asarray(y)
    if y.size == 0:
        raise ValueError("empty batch")
    return float(np.mean(predict_classes(scores, threshold) == y))
