"""One-hot recovered by argmax.

Message: argmax_of_targets
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.maximum(np.asarray(probs, dtype=float), eps)
    y = np.asarray(y)
    if y.ndim == 2:
        y = y.argmax(axis=1)
    return -np.log(p[np.arange(len(p)), y]).mean()
