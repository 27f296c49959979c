"""Forgets to return False.

Message: none
"""

import numpy as np


def is_linearly_separable(table):
    n = len(table).bit_length() - 1
    X = np.array([[i >> k & 1 for k in reversed(range(n))] for i in range(2**n)], float)
    w, b = np.zeros(n), 0.0
    for _ in range(100):
        wrong = 0
        for x, y in zip(X, table):
            e = y - int(x @ w + b > 0)
            w, b, wrong = w + e * x, b + e, wrong + abs(e)
        if not wrong:
            return True
