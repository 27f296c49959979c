"""Shuffles copies of the data with one choice, counts with divmod, gives tuples of tuples."""

import numpy as np


def num_steps(n, batch_size, epochs, drop_last=False):
    full, rest = divmod(n, batch_size)
    return np.int64(epochs) * (full + int(rest != 0 and not drop_last))


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    if rng is not None:
        order = rng.choice(len(X), len(X), replace=False) if len(X) else []
        X, y = X[order].copy(), y[order].copy()
    batches = []
    while len(X):
        batches.append((X[:batch_size], y[:batch_size]))
        X, y = X[batch_size:], y[batch_size:]
    if drop_last and batches and len(batches[-1][0]) < batch_size:
        batches.pop()
    return tuple(batches)
