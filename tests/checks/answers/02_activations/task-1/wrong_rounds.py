"""Rounds for a nicer look.

Message: rounded
"""

import numpy as np


def sigmoid(x):
    return np.round(1 / (1 + np.exp(-np.asarray(x, dtype=float))), 4)
