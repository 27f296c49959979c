"""Makes every input a matrix.

Message: flattens_all
"""

import numpy as np


def dense(X, W, b):
    X = np.asarray(X)
    return X.reshape(-1, X.shape[-1]) @ W + b


def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
