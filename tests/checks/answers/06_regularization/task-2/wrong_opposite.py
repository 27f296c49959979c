"""Subtracts the wrong way round.

Message: opposite
"""

import numpy as np


def soft_threshold(w, t):
    return np.clip(w, -t, t) - w
