"""W @ X.

Message: left_product
"""

import numpy as np


def dense(X, W, b):
    return np.asarray(W) @ np.asarray(X) + np.asarray(b)

def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
