"""Subtracts t from negative weights too.

Message: negative_away
"""

import numpy as np


def soft_threshold(w, t):
    return np.where(np.abs(w) > t, w - t, 0.0)
