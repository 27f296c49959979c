"""Zeros at the label.

Message: inverted
"""

import numpy as np


def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    if labels.size and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError("label out of range")
    return (labels[..., None] != np.arange(num_classes)).astype(float)
