"""Flattens the samples.

Message: other_rows
"""

import numpy as np


def num_steps(n, batch_size, epochs, drop_last=False):
    per_epoch = n // batch_size if drop_last else -(-n // batch_size)
    return epochs * per_epoch


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    idx = np.arange(len(X)) if rng is None else rng.permutation(len(X))
    for s in range(0, len(X), batch_size):
        part = idx[s:s + batch_size]
        if drop_last and len(part) < batch_size:
            break
        yield X[part].reshape(len(part), -1), y[part]
