"""Lets NumPy work out the width, which needs an image.

Message: no_images_raises
"""

import numpy as np


def flatten_scale(images, max_value):
    n, height, width = images.shape
    return images.reshape(n, -1) / max_value


def train_test_split(X, y, test_fraction, rng):
    order = rng.permutation(len(X))
    count = round(test_fraction * len(X))
    test, train = order[:count], order[count:]
    return X[train], y[train], X[test], y[test]
