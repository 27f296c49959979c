"""Checks the upper end only.

Message: negative_wraps
"""

import numpy as np


def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    if np.any(labels >= num_classes):
        raise ValueError("too large")
    return np.eye(num_classes)[labels]
