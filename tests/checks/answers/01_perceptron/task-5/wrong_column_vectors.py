"""Takes samples for columns.

Message: column_vectors
"""

import numpy as np


def dense(X, W, b):
    return np.dot(W.T, X) + b


def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
