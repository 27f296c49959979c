"""Moves by t and does not stop.

Message: crosses
"""

import numpy as np


def soft_threshold(w, t):
    w = np.asarray(w, dtype=float)
    return w - t * np.sign(w)
