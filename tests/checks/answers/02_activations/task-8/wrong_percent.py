"""A percentage.

Message: percent
"""

import numpy as np


def dead_fraction(X, W, b):
    return 100 * np.mean(np.all(X @ W + b <= 0, axis=0))
