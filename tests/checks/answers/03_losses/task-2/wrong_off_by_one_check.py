"""Allows the label num_classes.

Message: too_large
"""

import numpy as np


def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    if (labels < 0).any() or (labels > num_classes).any():
        raise ValueError("out of range")
    return (labels[..., None] == np.arange(num_classes)).astype(float)
