"""Whether all are dead.

Message: whole_layer
"""

import numpy as np


def dead_fraction(X, W, b):
    return float(np.all(X @ W + b <= 0))
