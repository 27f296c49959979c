"""Uses * for the matrix product.

Message: elementwise
"""

import numpy as np


def dense(X, W, b):
    return np.multiply(X, W) + b


def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
