"""Counts no bias for a unit without wires.

Message: only_live_units
"""

import numpy as np


def masked_dense(X, W, b, mask):
    return X @ np.where(mask, W, 0) + b, int(mask.sum()) + int(mask.any(axis=0).sum())
