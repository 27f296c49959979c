"""An if on an array.

Message: raised_truth
"""

import numpy as np


def binary_cross_entropy(p, y, eps=1e-12):
    if y == 1:
        return -np.log(p)
    return -np.log(1 - p)


def bce_with_logits(z, y):
    z, y = np.asarray(z, dtype=float), np.asarray(y, dtype=float)
    return float(np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))))
