"""Drops the last column of an odd d.

Message: one_too_narrow
"""

import numpy as np


def positional_encoding(T, d):
    angle = np.arange(T)[:, None] / 10000 ** (2 * np.arange(d // 2) / d)
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(T, d // 2 * 2)
