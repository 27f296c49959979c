"""The smallest sum.

Message: minimum
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.mean((X @ W + b).min(axis=0) < 0)
