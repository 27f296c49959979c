"""Asks an empty array for its largest entry.

Message: raised
"""

import numpy as np


def one_hot(labels, num_classes):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("label out of range")
    return np.eye(num_classes)[labels]
