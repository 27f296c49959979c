"""W.T.

Message: weights_transposed
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.mean(np.all(X @ W.T + b <= 0, axis=0))
