"""Fills two halves, for which an odd d has no room.

Message: halves
"""

import numpy as np


def positional_encoding(T, d):
    angle = np.arange(T)[:, None] / 10000 ** (2 * np.arange(d // 2) / d)
    P = np.zeros((T, d))
    P[:, :d // 2] = np.sin(angle)
    P[:, d // 2:] = np.cos(angle)
    return P
