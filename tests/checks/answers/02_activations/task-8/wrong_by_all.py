"""Divides by the number of entries.

Message: divided_by_all
"""

import numpy as np


def dead_fraction(X, W, b):
    Z = X @ W + b
    return np.sum(np.all(Z <= 0, axis=0)) / Z.size
