"""Flattens the labels.

Message: flattens
"""

import numpy as np


def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    if labels.size and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError("label out of range")
    flat = labels.ravel()
    out = np.zeros((flat.size, num_classes))
    out[np.arange(flat.size), flat] = 1
    return out
