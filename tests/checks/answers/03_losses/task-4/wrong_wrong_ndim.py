"""A wrong name.

Message: raised_attribute
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.maximum(np.asarray(probs, dtype=float), eps)
    y = np.asarray(y)
    if y.dim() == 1:
        return -np.mean(np.log(p[np.arange(len(p)), y]))
    return -np.sum(y * np.log(p)) / len(p)
