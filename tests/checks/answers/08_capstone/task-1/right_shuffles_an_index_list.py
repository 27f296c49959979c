"""Shuffles a list of row numbers, and takes the test part from the end."""

import numpy as np


def flatten_scale(images, max_value):
    s = np.shape(images)
    return np.reshape(images, (s[0], s[1] * s[2])).astype(np.float64) * (1 / max_value)


def train_test_split(X, y, test_fraction, rng):
    i = np.arange(len(X))
    rng.shuffle(i)
    c = len(X) - round(test_fraction * len(X))
    return X[i[:c]], y[i[:c]], X[i[c:]], y[i[c:]]
