"""Mean of the classes.

Message: counts_ones
"""

import numpy as np


def predict_classes(scores, threshold=None):
    scores = np.asarray(scores)
    if threshold is None:
        return np.argmax(scores, axis=-1)
    return (scores >= threshold).astype(int)


def accuracy(scores, y, threshold=None):
    if np.size(y) == 0:
        raise ValueError('empty')
    classes = predict_classes(scores, threshold)
    return classes.mean()
