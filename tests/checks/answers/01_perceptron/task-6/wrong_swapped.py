"""Returns the two values the other way round.

Message: swapped
"""

import numpy as np


def masked_dense(X, W, b, mask):
    return int(mask.sum()) + len(b), X @ np.where(mask, W, 0) + b
