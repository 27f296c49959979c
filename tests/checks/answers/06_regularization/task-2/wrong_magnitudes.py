"""Loses the sign.

Message: magnitudes
"""

import numpy as np


def soft_threshold(w, t):
    return np.maximum(np.abs(w) - t, 0.0)
