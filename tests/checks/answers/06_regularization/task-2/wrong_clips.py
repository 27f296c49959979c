"""Returns what must go.

Message: clips
"""

import numpy as np


def soft_threshold(w, t):
    return np.clip(w, -t, t)
