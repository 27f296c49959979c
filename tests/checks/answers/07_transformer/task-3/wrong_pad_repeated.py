"""Repeats the mask for each query.

Message: repeated
"""

import numpy as np


def causal_mask(T):
    return np.tril(np.ones((T, T), dtype=bool))


def padding_mask(ids, pad=0):
    return np.repeat((ids != pad)[:, None, None, :], ids.shape[1], axis=2)


def decoder_mask(ids, pad=0):
    return causal_mask(np.shape(ids)[1])[None, None] & (np.asarray(ids) != pad)[:, None, None, :]
