"""Moves both sides and forgets the middle.

Message: crosses
"""

import numpy as np


def soft_threshold(w, t):
    return np.where(w > 0, w - t, w + t)
