"""Shrinks in proportion.

Message: scales
"""

import numpy as np


def soft_threshold(w, t):
    w = np.asarray(w, dtype=float)
    return w / (1 + t)
