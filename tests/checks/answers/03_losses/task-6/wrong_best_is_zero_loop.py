"""A loop with best = 0.

Message: starts_from_zero
"""

import numpy as np


def predict_classes(scores, threshold=None):
    if threshold is not None:
        return (np.asarray(scores) >= threshold).astype(int)
    out = []
    for row in scores:
        best, k_best = 0, 0
        for k, s in enumerate(row):
            if s > best:
                best, k_best = s, k
        out.append(k_best)
    return np.array(out)


def accuracy(scores, y, threshold=None):
    y = np.asarray(y)
    if y.size == 0:
        raise ValueError("empty batch")
    return float(np.mean(predict_classes(scores, threshold) == y))
