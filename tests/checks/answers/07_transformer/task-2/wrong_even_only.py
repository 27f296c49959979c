"""An odd d fails.

Message: even_only
"""

import numpy as np


def positional_encoding(T, d):
    pos = np.arange(T)[:, None]
    i = np.arange(d)[None, :]
    angle = pos / 10000.0 ** (2 * (i // 2) / d)
    P = np.zeros((T, d))
    P[:, 0::2] = np.sin(angle[:, 0::2])
    P[:, 1::2] = np.cos(angle[:, 0::2])
    return P
