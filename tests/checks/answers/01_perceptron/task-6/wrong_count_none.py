"""Leaves the count open.

Message: part_none
"""

import numpy as np


def masked_dense(X, W, b, mask):
    return X @ np.where(mask, W, 0) + b, None
