"""A position may not look at itself.

Message: no_diagonal
"""

import numpy as np


def causal_mask(T):
    return np.tril(np.ones((T, T), dtype=bool))


def padding_mask(ids, pad=0):
    return (np.asarray(ids) != pad)[:, None, None, :]


def decoder_mask(ids, pad=0):
    return np.tri(ids.shape[1], k=-1, dtype=bool)[None, None] & padding_mask(ids, pad)
