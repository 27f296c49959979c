"""Writes into an array of integers.

Message: cuts_fractions
"""

import numpy as np


def positional_encoding(T, d):
    pos = np.arange(T)[:, None]
    i = np.arange(d)[None, :]
    angle = pos / 10000.0 ** (2 * (i // 2) / d)
    P = np.zeros((T, d), dtype=int)
    P[:] = np.where(i % 2 == 0, np.sin(angle), np.cos(angle))
    return P
