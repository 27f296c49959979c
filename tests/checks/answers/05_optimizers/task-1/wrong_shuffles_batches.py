"""Puts whole batches in random order.

Message: neighbours_stay
"""

import numpy as np


def num_steps(n, batch_size, epochs, drop_last=False):
    per_epoch = n // batch_size if drop_last else -(-n // batch_size)
    return epochs * per_epoch


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    n = len(X)
    full = n // batch_size
    order = np.arange(full) if rng is None else rng.permutation(full)
    for k in order:
        yield X[k * batch_size:(k + 1) * batch_size], y[k * batch_size:(k + 1) * batch_size]
    if n % batch_size and not drop_last:
        yield X[full * batch_size:], y[full * batch_size:]
