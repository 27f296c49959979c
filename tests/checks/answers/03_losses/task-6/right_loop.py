"""A loop."""

import numpy as np


def predict_classes(scores, threshold=None):
    s = np.asarray(scores)
    if threshold is not None: return np.where(s < threshold, 0, 1)
    o = np.zeros(s.shape[:-1], int)
    for i in np.ndindex(*o.shape): o[i] = max(range(s.shape[-1]), key=lambda k: s[i][k])
    return o
def accuracy(scores, y, threshold=None):
    y = np.asarray(y)
    if not y.size: raise ValueError
    return np.count_nonzero(predict_classes(scores, threshold) == y)/y.size
