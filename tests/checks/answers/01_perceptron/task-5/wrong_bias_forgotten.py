"""Bias forgotten.

Message: bias_forgotten
"""

import numpy as np


def dense(X, W, b):
    return np.asarray(X) @ np.asarray(W)

def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
