"""Clears the labels while it works.

Message: changed
"""

import numpy as np


def one_hot(labels, num_classes):
    if np.any(labels < 0) or np.any(labels >= num_classes):
        raise ValueError
    out = np.eye(num_classes)[labels]
    labels *= 0
    return out
