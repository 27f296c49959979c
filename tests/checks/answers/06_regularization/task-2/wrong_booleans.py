"""Returns a comparison.

Message: booleans
"""

import numpy as np


def soft_threshold(w, t):
    return np.abs(w) > t
