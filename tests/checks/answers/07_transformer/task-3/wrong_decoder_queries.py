"""Hides queries in the decoder.

Message: hides_queries
"""

import numpy as np


def causal_mask(T):
    return np.tril(np.ones((T, T), dtype=bool))


def padding_mask(ids, pad=0):
    return (np.asarray(ids) != pad)[:, None, None, :]


def decoder_mask(ids, pad=0):
    return causal_mask(np.shape(ids)[1])[None, None] & np.swapaxes(padding_mask(ids, pad), -1, -2)
