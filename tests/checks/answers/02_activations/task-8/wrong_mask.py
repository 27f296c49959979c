"""A mask.

Message: mask
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.all(X @ W + b <= 0, axis=0)
