"""Fraction of zero activations.

Message: all_entries
"""

import numpy as np


def dead_fraction(X, W, b):
    Z = np.asarray(X, dtype=float) @ W + b
    return float(np.mean(Z <= 0))
