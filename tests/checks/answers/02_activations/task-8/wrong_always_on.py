"""The share of units that always fire.

Message: alive
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.mean((X @ W + b > 0).all(axis=0))
