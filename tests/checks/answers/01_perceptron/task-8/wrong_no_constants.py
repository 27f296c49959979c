"""Rules constant tables out.

Message: no_constants
"""

import numpy as np


import itertools


def is_linearly_separable(table):
    if len(set(table)) == 1:
        return False
    n = len(table).bit_length() - 1
    X = np.array(list(itertools.product([0, 1], repeat=n)))
    for w in itertools.product(range(-3, 4), repeat=n):
        for b in np.arange(-6.5, 7):
            if np.array_equal((X @ np.array(w) + b > 0).astype(int), table):
                return True
    return False
