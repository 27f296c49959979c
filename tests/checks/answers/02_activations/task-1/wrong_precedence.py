"""Forgets the one below.

Message: one_forgotten
"""

import numpy as np


def sigmoid(x):
    return 1 / np.exp(-np.asarray(x, float))
