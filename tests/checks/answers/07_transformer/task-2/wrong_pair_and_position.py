"""Position and pair swapped in the formula.

Message: position_and_pair_swapped
"""

import numpy as np


def positional_encoding(T, d):
    pos = np.arange(T)[:, None]
    i = np.arange(d)[None, :]
    angle = 2 * (i // 2) / 10000.0 ** (pos / d)
    return np.where(i % 2 == 0, np.sin(angle), np.cos(angle))
