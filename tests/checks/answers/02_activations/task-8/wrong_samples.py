"""The wrong axis.

Message: samples
"""

import numpy as np


def dead_fraction(X, W, b):
    return float(np.mean(np.all(X @ W + b <= 0, axis=1)))
