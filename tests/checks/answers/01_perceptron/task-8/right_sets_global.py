"""Lists all tables of small weights beforehand."""

import numpy as np


SEP = set()
for w1 in range(-2, 3):
    for w2 in range(-2, 3):
        for w3 in range(-2, 3):
            for b in np.arange(-5.5, 6, 1):
                SEP.add(tuple(int(w1 * (i >> 2 & 1) + w2 * (i >> 1 & 1) + w3 * (i & 1) + b > 0) for i in range(8)))
def is_linearly_separable(table):
    t = tuple(table)
    if len(t) == 4: t = t + t
    return t in SEP
