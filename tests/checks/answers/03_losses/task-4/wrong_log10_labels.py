"""Base 10 for labels.

Message: other_base
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.maximum(np.asarray(probs, dtype=float), eps)
    y = np.asarray(y)
    if y.ndim == 2:
        return -np.sum(y * np.log(p)) / len(p)
    return -np.mean(np.log10(p[np.arange(len(p)), y]))
