"""The share of living units.

Message: alive
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.mean((X @ W + b > 0).any(axis=0))
