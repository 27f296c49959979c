"""Joins the lines of each image with hstack, and cuts with np.split."""

import numpy as np


def flatten_scale(images, max_value):
    if not len(images):
        return np.zeros((0, images.shape[1] * images.shape[2]))
    return np.vstack([np.hstack(list(image)) for image in images]) / max_value


def train_test_split(X, y, test_fraction, rng):
    test, train = np.split(rng.permutation(np.arange(len(y))), [round(test_fraction * len(y))])
    return tuple(a[rows] for rows in (train, test) for a in (X, y))
