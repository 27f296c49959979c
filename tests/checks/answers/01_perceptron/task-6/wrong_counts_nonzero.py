"""Counts weights that are not 0.

Message: counts_nonzero
"""

import numpy as np


def masked_dense(X, W, b, mask):
    live = np.where(mask, W, 0)
    return X @ live + b, np.count_nonzero(live) + len(b)
