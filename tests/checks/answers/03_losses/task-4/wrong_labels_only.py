"""Takes everything for labels.

Message: rows_as_labels
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.maximum(np.asarray(probs, dtype=float), eps)
    y = np.asarray(y)
    return -np.mean(np.log(p[np.arange(len(p)), y]))
