"""Sum, not mean.

Message: sum
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.maximum(np.asarray(probs, dtype=float), eps)
    y = np.asarray(y)
    if y.ndim == 1:
        return -np.sum(np.log(p[np.arange(len(p)), y]))
    return -np.sum(y * np.log(p)) / len(p)
