"""Exponent k / d.

Message: half_exponent
"""

import numpy as np


def positional_encoding(T, d):
    pos = np.arange(T)[:, None]
    i = np.arange(d)[None, :]
    angle = pos / 10000.0 ** ((i // 2) / d)
    return np.where(i % 2 == 0, np.sin(angle), np.cos(angle))
