"""Takes 1 for a cut, in the sum and in the count.

Message: all_inverted
"""

import numpy as np


def masked_dense(X, W, b, mask):
    off = np.asarray(mask) != 0
    return X @ np.where(off, 0.0, W) + b, int((~off).sum()) + len(b)
