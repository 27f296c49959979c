"""A comparison, which gives rows of zeros.

Message: range_unchecked
"""

import numpy as np


def one_hot(labels, num_classes):
    return (np.asarray(labels)[..., None] == np.arange(num_classes)).astype(float)
