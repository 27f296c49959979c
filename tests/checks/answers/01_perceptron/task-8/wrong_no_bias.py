"""Learns without a bias.

Message: no_bias
"""

import numpy as np


def is_linearly_separable(table):
    n = len(table).bit_length() - 1
    X = np.array([[i >> k & 1 for k in reversed(range(n))] for i in range(2**n)], float)
    w = np.zeros(n)
    for _ in range(100):
        wrong = 0
        for x, y in zip(X, table):
            e = y - int(x @ w > 0)
            w, wrong = w + e * x, wrong + abs(e)
        if not wrong:
            return True
    return False
