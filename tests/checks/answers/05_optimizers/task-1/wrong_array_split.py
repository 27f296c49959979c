"""Splits into pieces of equal size.

Message: sizes
"""

import numpy as np


def num_steps(n, batch_size, epochs, drop_last=False):
    per_epoch = n // batch_size if drop_last else -(-n // batch_size)
    return epochs * per_epoch


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    idx = np.arange(len(X)) if rng is None else rng.permutation(len(X))
    if len(X) == 0:
        return []
    pieces = np.array_split(idx, -(-len(X) // batch_size))
    if drop_last:
        pieces = [p for p in pieces if len(p) == batch_size]
    return [(X[p], y[p]) for p in pieces]
