"""A loop over all places."""

import numpy as np


def one_hot(labels, num_classes):
    y = np.asarray(labels); o = np.zeros(y.shape + (num_classes,))
    for i in np.ndindex(*y.shape):
        if not 0 <= y[i] < num_classes: raise ValueError
        o[i][int(y[i])] = 1
    return o
