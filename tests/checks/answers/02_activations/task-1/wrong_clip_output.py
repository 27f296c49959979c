"""Keeps the answer away from 0 and 1.

Message: clipped
"""

import numpy as np


def sigmoid(x):
    s = 1 / (1 + np.exp(-np.asarray(x, float)))
    return np.clip(s, 1e-15, 1 - 1e-15)
