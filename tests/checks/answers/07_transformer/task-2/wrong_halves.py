"""First half sine, second half cosine.

Message: halves
"""

import numpy as np


def positional_encoding(T, d):
    pos = np.arange(T)[:, None]
    i = np.arange(d)[None, :]
    angle = pos / 10000.0 ** (2 * (i // 2) / d)
    h = (d + 1) // 2
    return np.concatenate([np.sin(angle[:, ::2]), np.cos(angle[:, ::2])], axis=1)[:, :d]
