"""Counts the starts without the last one.

Message: value
"""

import numpy as np


def num_steps(n, batch_size, epochs, drop_last=False):
    starts = list(range(0, n, batch_size))
    return epochs * (len(starts) - 1)


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    idx = np.arange(len(X)) if rng is None else rng.permutation(len(X))
    for s in range(0, len(X), batch_size):
        part = idx[s:s + batch_size]
        if drop_last and len(part) < batch_size:
            break
        yield X[part], y[part]
