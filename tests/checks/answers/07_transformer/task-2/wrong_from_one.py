"""Positions from 1.

Message: from_one
"""

import numpy as np


def positional_encoding(T, d):
    pos = np.arange(1, T + 1)[:, None]
    i = np.arange(d)[None, :]
    angle = pos / 10000.0 ** (2 * (i // 2) / d)
    return np.where(i % 2 == 0, np.sin(angle), np.cos(angle))
