"""Counts a bias for each input.

Message: counts_inputs
"""

import numpy as np


def masked_dense(X, W, b, mask):
    live = np.where(mask, W, 0)
    return X @ live + b, int(np.sum(mask)) + len(W)
