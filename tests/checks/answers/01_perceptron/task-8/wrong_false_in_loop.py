"""Returns False after the first epoch.

Message: first_epoch_decides
"""

import numpy as np


def is_linearly_separable(table):
    n = len(table).bit_length() - 1
    X = np.array([[i >> k & 1 for k in range(n - 1, -1, -1)] for i in range(len(table))], float)
    w, b = np.zeros(n), 0.0
    for _ in range(100):
        c = 0
        for x, t in zip(X, table):
            e = t - int(x @ w + b > 0); w = w + e * x; b += e; c += abs(e)
        if c == 0: return True
        else: return False
