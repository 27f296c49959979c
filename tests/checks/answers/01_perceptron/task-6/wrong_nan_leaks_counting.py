"""Multiplies by the mask and counts what is left.

Message: nan_leaks_counting
"""

import numpy as np


def masked_dense(X, W, b, mask):
    live = W * mask
    return X @ live + b, np.count_nonzero(live) + len(b)
