"""Flattens and reshapes back."""

import numpy as np


def one_hot(labels, num_classes):
    flat = np.array(labels, dtype=int).reshape(-1)
    if any(k < 0 or k >= num_classes for k in flat):
        raise ValueError("label")
    out = np.zeros((flat.size, num_classes))
    out[range(flat.size), flat] = 1.0
    return out.reshape(np.shape(labels) + (num_classes,))
