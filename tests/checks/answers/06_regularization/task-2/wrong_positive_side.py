"""Forgets the negative side.

Message: positive_side
"""

import numpy as np


def soft_threshold(w, t):
    return np.maximum(w - t, 0.0)
