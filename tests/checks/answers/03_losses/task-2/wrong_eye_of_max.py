"""An identity as large as the largest label.

Message: largest_label
"""

import numpy as np


def one_hot(labels, num_classes):
    labels = np.asarray(labels)
    if labels.size and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError("label out of range")
    return np.eye(np.max(labels) + 1)[labels]
