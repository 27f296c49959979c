"""Counts a bias for the input layer.

Message: input_bias
"""

import numpy as np


def dense(X, W, b):
    return np.asarray(X) @ np.asarray(W) + np.asarray(b)

def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:])) + sizes[0]
