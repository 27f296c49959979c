"""No lower limit.

Message: no_clip
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p, y = probs, y
    if y.ndim == 1:
        return -np.mean(np.log(p[np.arange(len(p)), y]))
    return -np.sum(y * np.log(p)) / len(p)
