"""Scales between the smallest and the largest pixel.

Message: largest_of_all
"""

import numpy as np


def flatten_scale(images, max_value):
    n, height, width = images.shape
    low, high = images.min(initial=0), images.max(initial=0)
    return (images.reshape(n, height * width) - low) / (high - low)


def train_test_split(X, y, test_fraction, rng):
    order = rng.permutation(len(X))
    count = round(test_fraction * len(X))
    test, train = order[:count], order[count:]
    return X[train], y[train], X[test], y[test]
