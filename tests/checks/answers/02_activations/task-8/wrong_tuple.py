"""Returns the count and the number of units.

Message: not_a_number
"""

import numpy as np


def dead_fraction(X, W, b):
    Z = X @ W + b
    return int(np.all(Z <= 0, axis=0).sum()), Z.shape[1]
