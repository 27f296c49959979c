"""Leaves the error to Python.

Message: other_error
"""

import numpy as np


def predict_classes(scores, threshold=None):
    scores = np.asarray(scores)
    if threshold is None:
        return np.argmax(scores, axis=-1)
    return (scores >= threshold).astype(int)


def accuracy(scores, y, threshold=None):
    classes = predict_classes(scores, threshold)
    return int(np.sum(classes == y)) / int(np.size(y))
