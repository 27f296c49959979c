"""Masked in place on a copy."""

import numpy as np


def soft_threshold(w, t):
    o = np.array(w, dtype=float)
    p = o > t
    n = o < -t
    o[p] -= t
    o[n] += t
    o[~(p | n)] = 0
    return o
