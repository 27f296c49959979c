"""Edits W in place.

Message: changed
"""

import numpy as np


def masked_dense(X, W, b, mask):
    mask = np.asarray(mask, dtype=bool)
    W[~mask] = 0
    out = np.asarray(X) @ W + b
    return out, int(mask.sum()) + len(b)
