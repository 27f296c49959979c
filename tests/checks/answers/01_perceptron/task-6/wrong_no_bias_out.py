"""Forgets the bias, which the example does not show.

Message: forgets_bias
"""

import numpy as np


def masked_dense(X, W, b, mask):
    return X @ np.where(mask, W, 0), int(mask.sum()) + len(b)
