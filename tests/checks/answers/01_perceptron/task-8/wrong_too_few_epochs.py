"""Too few epochs (4).

Message: too_few_epochs
"""

import numpy as np


def is_linearly_separable(table):
    n = len(table).bit_length() - 1
    X = np.array([[(i >> k) & 1 for k in range(n)[::-1]] for i in range(len(table))], dtype=float)
    w = np.zeros(n); b = 0.0
    for epoch in range(4):
        m = 0
        for x, y in zip(X, table):
            e = y - int(x @ w + b > 0)
            if e:
                w = w + e * x; b += e; m += 1
        if m == 0:
            return True
    return False
