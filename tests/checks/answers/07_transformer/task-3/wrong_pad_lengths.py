"""Counts the words, and takes the first ones.

Message: first_ones
"""

import numpy as np


def causal_mask(T):
    return np.tril(np.ones((T, T), dtype=bool))


def padding_mask(ids, pad=0):
    return (np.arange(ids.shape[1]) < (ids != pad).sum(axis=1)[:, None])[:, None, None, :]


def decoder_mask(ids, pad=0):
    return causal_mask(np.shape(ids)[1])[None, None] & (np.asarray(ids) != pad)[:, None, None, :]
