"""Fits a plane by least squares.

Message: two_inputs_only
"""

import numpy as np


def is_linearly_separable(table):
    n = len(table).bit_length() - 1
    X = np.array([[i >> k & 1 for k in range(n - 1, -1, -1)] + [1] for i in range(len(table))], float)
    v, *_ = np.linalg.lstsq(X, 2 * np.array(table) - 1, rcond=None)
    return bool(((X @ v > 0) == np.array(table)).all())
