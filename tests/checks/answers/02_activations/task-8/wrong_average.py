"""The average sum.

Message: average_sum
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.mean((X @ W + b).mean(axis=0) <= 0)
