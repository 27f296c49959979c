"""Only the first sample.

Message: first_sample
"""

import numpy as np


def dead_fraction(X, W, b):
    return np.mean(X[0] @ W + b <= 0)
