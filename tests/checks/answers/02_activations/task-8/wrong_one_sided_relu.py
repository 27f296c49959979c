"""The share of zeros after ReLU.

Message: all_entries
"""

import numpy as np


def dead_fraction(X, W, b):
    A = np.maximum(X @ W + b, 0)
    return np.mean(A == 0)
