"""Searches all small whole weights."""

import numpy as np


import itertools


def is_linearly_separable(table):
    n = {4: 2, 8: 3}[len(table)]
    X = np.array(list(itertools.product([0, 1], repeat=n)))
    for w in itertools.product(range(-2, 3), repeat=n):
        z = X @ np.array(w)
        ones = [v for v, t in zip(z, table) if t]
        zeros = [v for v, t in zip(z, table) if not t]
        if not ones or not zeros or min(ones) > max(zeros):
            return True
    return False
