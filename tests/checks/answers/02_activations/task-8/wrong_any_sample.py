"""Any instead of all.

Message: any_sample
"""

import numpy as np


def dead_fraction(X, W, b):
    Z = np.asarray(X, dtype=float) @ W + b
    return float(np.mean(np.any(Z <= 0, axis=0)))
