"""Drops the bias of a unit without wires.

Message: masks_bias
"""

import numpy as np


def masked_dense(X, W, b, mask):
    live = np.where(mask, W, 0)
    return X @ live + b * np.any(mask, axis=0), int(np.sum(mask)) + len(b)
