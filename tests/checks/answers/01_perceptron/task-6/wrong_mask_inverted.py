"""Mask inverted.

Message: mask_inverted
"""

import numpy as np


def masked_dense(X, W, b, mask):
    mask = np.asarray(mask, dtype=bool)
    out = np.asarray(X) @ np.where(mask, 0.0, W) + b
    return out, int(mask.sum()) + len(b)
