"""Multiplies whatever it gets.

Message: labels_as_rows
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.maximum(np.asarray(probs, dtype=float), eps)
    y = np.asarray(y)
    return -np.mean(np.sum(y * np.log(p), axis=1))
