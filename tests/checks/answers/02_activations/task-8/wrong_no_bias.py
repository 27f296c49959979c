"""Bias forgotten.

Message: bias_forgotten
"""

import numpy as np


def dead_fraction(X, W, b):
    Z = np.asarray(X, dtype=float) @ W
    return float(np.mean(np.all(Z <= 0, axis=0)))
