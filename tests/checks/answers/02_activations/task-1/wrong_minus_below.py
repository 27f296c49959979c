"""Minus in the denominator.

Message: minus_below
"""

import numpy as np


def sigmoid(x):
    x = np.array(x, dtype=float)
    return 1 / (1 - np.exp(-x))
