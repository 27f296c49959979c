"""Divides by the number of samples.

Message: divided_by_samples
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.sum(np.all(X @ W + b <= 0, axis=0)) / len(X)
