"""Takes a mask of integers for an index.

Message: mask_as_index
"""

import numpy as np


def masked_dense(X, W, b, mask):
    Wm = np.zeros_like(W)
    Wm[mask] = W[mask]
    return X @ Wm + b, mask.sum() + len(b)
