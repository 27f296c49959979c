"""Draws rows with putting back.

Message: twice
"""

import numpy as np


def flatten_scale(images, max_value):
    n, height, width = images.shape
    return images.reshape(n, height * width) / max_value


def train_test_split(X, y, test_fraction, rng):
    order = rng.integers(0, len(X), len(X))
    count = round(test_fraction * len(X))
    test = order[:count]
    train = np.array([i for i in order[count:] if i not in test], dtype=int)
    return X[train], y[train], X[test], y[test]
