"""Uses einsum, and NumPy for the count."""

import numpy as np


def dense(X, W, b):
    return np.einsum('...d,dp->...p', X, W) + b


def count_params(sizes):
    s = np.array(sizes)
    return np.dot(s[:-1] + 1, s[1:])
