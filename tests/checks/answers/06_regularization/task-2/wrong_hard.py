"""Sets small ones to 0 and leaves the rest.

Message: hard
"""

import numpy as np


def soft_threshold(w, t):
    out = np.array(w, dtype=float)
    out[np.abs(out) <= t] = 0
    return out
