"""Divides with //.

Message: whole_layer
"""

import numpy as np


def dead_fraction(X, W, b):
    Z = X @ W + b
    return np.all(Z <= 0, axis=0).sum() // Z.shape[1]
