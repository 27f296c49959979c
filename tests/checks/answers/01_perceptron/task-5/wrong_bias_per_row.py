"""Bias added per row.

Message: bias_per_row
"""

import numpy as np


def dense(X, W, b):
    return np.asarray(X) @ np.asarray(W) + np.asarray(b)[:, None]

def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
