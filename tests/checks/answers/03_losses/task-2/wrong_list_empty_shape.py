"""An empty list for no labels.

Message: shape
"""

import numpy as np


def one_hot(labels, num_classes):
    if any(not 0 <= k < num_classes for k in np.ravel(labels)):
        raise ValueError
    def row(k):
        return [float(j == k) for j in range(num_classes)]
    def rows(y):
        return row(y) if np.ndim(y) == 0 else [rows(one) for one in y]
    return rows(labels)
