"""Uses a mask of the test rows, and float32."""

import numpy as np


def flatten_scale(images, max_value):
    n = len(images)
    width = int(np.prod(images.shape[1:]))
    return (images.astype(np.float32) / np.float32(max_value)).reshape(n, width)


def train_test_split(X, y, test_fraction, rng):
    in_test = np.zeros(len(X), bool)
    in_test[np.argsort(rng.random(len(X)))[: round(len(X) * test_fraction)]] = True
    return X[~in_test], y[~in_test], X[in_test], y[in_test]
