"""A loop for one axis, with an array that lacks its columns when there is no label.

Message: raised_truth
"""

import numpy as np


def one_hot(labels, num_classes):
    out = np.zeros((len(labels), num_classes))
    for i in range(len(labels)):
        if labels[i] < 0 or labels[i] >= num_classes:
            raise ValueError
        out[i, labels[i]] = 1
    return out
