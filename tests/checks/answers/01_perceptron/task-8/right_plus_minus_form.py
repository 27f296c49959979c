"""Perceptron in ±1 form with homogeneous coordinates."""

import numpy as np


def is_linearly_separable(table):
    # perceptron in +-1 form with homogeneous coordinates and a generous budget
    import itertools
    n = len(table).bit_length() - 1
    A = np.array([list(x) + [1] for x in itertools.product([0, 1], repeat=n)], float)
    s = np.array([1 if t else -1 for t in table]); v = np.zeros(n + 1)
    for _ in range(2000):
        ok = True
        for a, t in zip(A, s):
            if t * (a @ v) <= 0: v += t * a; ok = False
        if ok: return True
    return False
