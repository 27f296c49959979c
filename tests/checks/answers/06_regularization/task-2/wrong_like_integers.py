"""Makes the answer like an integer array.

Message: whole_numbers
"""

import numpy as np


def soft_threshold(w, t):
    w = np.asarray(w)
    out = np.zeros_like(w)
    big, low = w > t, w < -t
    out[big] = (w - t)[big]
    out[low] = (w + t)[low]
    return out
