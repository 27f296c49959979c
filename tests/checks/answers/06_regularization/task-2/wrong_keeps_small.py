"""Leaves small weights as they are.

Message: small_kept
"""

import numpy as np


def soft_threshold(w, t):
    out = np.array(w, dtype=float)
    out[w > t] -= t
    out[w < -t] += t
    return out
