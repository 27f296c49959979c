"""Adds a small constant, for safety.

Message: clipped
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, float))) + 1e-12
