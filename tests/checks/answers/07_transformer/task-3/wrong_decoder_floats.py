"""A mask of floats in the decoder.

Message: not_booleans
"""

import numpy as np


def causal_mask(T):
    return np.tril(np.ones((T, T), dtype=bool))


def padding_mask(ids, pad=0):
    return (np.asarray(ids) != pad)[:, None, None, :]


def decoder_mask(ids, pad=0):
    return np.tril(np.ones((ids.shape[1],) * 2)) * padding_mask(ids, pad)
