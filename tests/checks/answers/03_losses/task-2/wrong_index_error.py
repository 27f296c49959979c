"""Leaves the error to NumPy.

Message: other_error
"""

import numpy as np


def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    if np.any(labels < 0):
        raise IndexError("negative label")
    return np.eye(num_classes)[labels]
