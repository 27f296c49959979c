"""Softmax of probabilities.

Message: softmax_again
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    e = np.exp(probs)
    p = e / e.sum(axis=1, keepdims=True)
    if y.ndim == 1:
        return -np.mean(np.log(p[np.arange(len(p)), y]))
    return -np.sum(y * np.log(p)) / len(p)
