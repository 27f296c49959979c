"""Asserts.

Message: other_error
"""

import numpy as np


def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    assert np.all((labels >= 0) & (labels < num_classes))
    return np.eye(num_classes)[labels]
