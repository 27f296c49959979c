"""Puts the label itself into the row.

Message: label_as_value
"""

import numpy as np


def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    if labels.size and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError("label out of range")
    out = np.zeros(labels.shape + (num_classes,))
    np.put_along_axis(out, labels[..., None].astype(int), labels[..., None], axis=-1)
    return out
