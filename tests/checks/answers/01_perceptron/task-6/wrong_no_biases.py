"""Forgets the biases in the count.

Message: no_biases
"""

import numpy as np


def masked_dense(X, W, b, mask):
    mask = np.asarray(mask, dtype=bool)
    out = np.asarray(X) @ np.where(mask, W, 0.0) + b
    return out, int(mask.sum())
