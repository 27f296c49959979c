"""Checks the lower end only.

Message: too_large
"""

import numpy as np


def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    if (labels < 0).any():
        raise ValueError("negative")
    return (labels[..., None] == np.arange(num_classes)) * 1.0
