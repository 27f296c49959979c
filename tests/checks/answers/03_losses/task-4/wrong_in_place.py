"""Raises the probabilities in place.

Message: changed
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    probs[probs < eps] = eps
    p = probs
    if y.ndim == 1:
        return -np.mean(np.log(p[np.arange(len(p)), y]))
    return -np.sum(y * np.log(p)) / len(p)
