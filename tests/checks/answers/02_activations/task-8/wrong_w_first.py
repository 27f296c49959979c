"""W @ X.

Message: wrong_product
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.mean(np.all(W @ X + b <= 0, axis=0))
