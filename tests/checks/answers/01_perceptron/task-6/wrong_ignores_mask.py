"""Never uses the mask.

Message: ignores_mask
"""

import numpy as np


def masked_dense(X, W, b, mask):
    return X @ W + b, int(np.sum(mask)) + len(b)
