"""Works on the caller's array.

Message: changed
"""

import numpy as np


def soft_threshold(w, t):
    w[np.abs(w) <= t] = 0
    return w - t * np.sign(w)
