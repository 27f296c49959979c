"""Makes a batch of a single sample.

Message: forces_batch
"""

import numpy as np


def dense(X, W, b):
    X2 = np.atleast_2d(X)
    return X2 @ W + b
def count_params(sizes): return sum((a + 1) * c for a, c in zip(sizes, sizes[1:]))
