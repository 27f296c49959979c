"""Leaves a small remainder.

Message: nearly_zero
"""

import numpy as np


def soft_threshold(w, t):
    return np.sign(w) * (np.maximum(np.abs(w) - t, 0) + 1e-12)
