"""Loops over n // batch_size batches.

Message: drops_last
"""

import numpy as np


def num_steps(n, batch_size, epochs, drop_last=False):
    per_epoch = n // batch_size if drop_last else -(-n // batch_size)
    return epochs * per_epoch


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    idx = np.arange(len(X)) if rng is None else rng.permutation(len(X))
    for k in range(len(X) // batch_size):
        part = idx[k * batch_size:(k + 1) * batch_size]
        yield X[part], y[part]
