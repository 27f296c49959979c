"""Only indexes the identity.

Message: range_unchecked
"""

import numpy as np


def one_hot(labels, num_classes):
    return np.eye(num_classes)[labels]
