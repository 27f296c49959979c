"""Mask transposed.

Message: mask_transposed
"""

import numpy as np


def masked_dense(X, W, b, mask):
    mask = np.asarray(mask, dtype=bool)
    out = np.asarray(X) @ np.where(mask.T, W, 0.0) + b
    return out, int(mask.sum()) + len(b)
