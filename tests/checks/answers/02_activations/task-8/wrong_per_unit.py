"""A share for each unit.

Message: per_unit
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.mean(X @ W + b <= 0, axis=0)
