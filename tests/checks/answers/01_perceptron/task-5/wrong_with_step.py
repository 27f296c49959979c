"""Adds a step.

Message: with_step
"""

import numpy as np


def dense(X, W, b):
    return np.where(X @ W + b > 0, 1.0, 0.0)


def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
