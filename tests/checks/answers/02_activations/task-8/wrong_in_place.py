"""Adds the bias to the caller's bias.

Message: changed
"""

import numpy as np


def dead_fraction(X, W, b):
    b += (X @ W).max(axis=0)
    return np.mean(b <= 0)
