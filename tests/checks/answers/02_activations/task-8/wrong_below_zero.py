"""Z < 0 only.

Message: below_zero_only
"""

import numpy as np


def dead_fraction(X, W, b):
    Z = np.asarray(X, dtype=float) @ W + b
    return float(np.mean(np.all(Z < 0, axis=0)))
