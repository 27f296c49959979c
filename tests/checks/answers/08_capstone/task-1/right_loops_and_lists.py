"""Flattens with loops, and returns lists."""

import numpy as np


def flatten_scale(images, max_value):
    rows = np.zeros((images.shape[0], images.shape[1] * images.shape[2]))
    for i, image in enumerate(images):
        k = 0
        for line in image:
            for pixel in line:
                rows[i, k] = pixel / max_value
                k += 1
    return rows


def train_test_split(X, y, test_fraction, rng):
    count = int(round(test_fraction * len(X)))
    chosen = set(rng.choice(len(X), size=count, replace=False).tolist())
    train = [i for i in range(len(X)) if i not in chosen]
    test = [i for i in range(len(X)) if i in chosen]
    return X[train], y[train], X[test], y[test]
