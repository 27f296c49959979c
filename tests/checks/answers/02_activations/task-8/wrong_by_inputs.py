"""Divides by len(W).

Message: divided_by_inputs
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.sum(np.all(X @ W + b <= 0, axis=0)) / len(W)
