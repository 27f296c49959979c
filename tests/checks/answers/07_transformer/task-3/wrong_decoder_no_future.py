"""Decoder mask without the future.

Message: no_future
"""

import numpy as np


def causal_mask(T):
    return np.tril(np.ones((T, T), dtype=bool))


def padding_mask(ids, pad=0):
    return (np.asarray(ids) != pad)[:, None, None, :]


def decoder_mask(ids, pad=0):
    return np.repeat(padding_mask(ids, pad), ids.shape[1], axis=2)
