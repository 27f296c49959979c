"""Counts every weight.

Message: counts_all
"""

import numpy as np


def masked_dense(X, W, b, mask):
    mask = np.asarray(mask, dtype=bool)
    out = np.asarray(X) @ np.where(mask, W, 0.0) + b
    return out, mask.size + len(b)
