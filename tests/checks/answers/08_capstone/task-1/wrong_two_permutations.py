"""Shuffles X and y apart from each other.

Message: misaligned
"""

import numpy as np


def flatten_scale(images, max_value):
    n, height, width = images.shape
    return images.reshape(n, height * width) / max_value


def train_test_split(X, y, test_fraction, rng):
    order = rng.permutation(len(X))
    count = round(test_fraction * len(X))
    test, train = order[:count], order[count:]
    labels = y[rng.permutation(len(X))]
    return X[train], labels[train], X[test], labels[test]
