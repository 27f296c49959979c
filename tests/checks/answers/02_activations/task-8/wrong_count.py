"""Counts instead of a fraction.

Message: count
"""

import numpy as np


def dead_fraction(X, W, b):
    Z = np.asarray(X, dtype=float) @ W + b
    return float(np.sum(np.all(Z <= 0, axis=0)))
