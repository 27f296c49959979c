"""Two loops."""

import numpy as np


import math

import numpy as np


def positional_encoding(T, d):
    P = np.zeros((T, d))
    for p in range(T):
        for k in range(d):
            a = p/10000**((k - k % 2)/d); P[p, k] = math.cos(a) if k % 2 else math.sin(a)
    return P
