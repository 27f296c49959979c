"""Forgets ReLU and compares with 0.

Message: exactly_zero
"""

import numpy as np


def dead_fraction(X, W, b):
    Z = X @ W + b
    return np.mean(np.all(Z == 0, axis=0))
