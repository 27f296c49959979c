"""Moves by half of t.

Message: half_threshold
"""

import numpy as np


def soft_threshold(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t / 2, 0)
