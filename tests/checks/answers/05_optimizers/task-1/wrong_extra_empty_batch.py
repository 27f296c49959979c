"""Goes one batch too far where nothing is left.

Message: empty_batch
"""

import numpy as np


def num_steps(n, batch_size, epochs, drop_last=False):
    per_epoch = n // batch_size if drop_last else -(-n // batch_size)
    return epochs * per_epoch


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    idx = np.arange(len(X)) if rng is None else rng.permutation(len(X))
    out = []
    for k in range(len(X) // batch_size + 1):
        part = idx[k * batch_size:(k + 1) * batch_size]
        if drop_last and 0 < len(part) < batch_size:
            break
        out.append((X[part], y[part]))
    return out
