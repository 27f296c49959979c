"""argsort, and int8."""

import numpy as np


def predict_classes(scores, threshold=None):
    if threshold is None:
        return np.argsort(scores, axis=-1)[..., -1]
    return np.heaviside(np.subtract(scores, threshold), 1).astype(np.int8)


def accuracy(scores, y, threshold=None):
    if len(y) == 0:
        raise ValueError("no samples")
    hits = np.equal(predict_classes(scores, threshold), y)
    return hits.sum() / hits.size
