"""Products of booleans, tri."""

import numpy as np


def causal_mask(T):
    return np.tri(T) > 0


def padding_mask(ids, pad=0):
    keep = np.where(ids == pad, False, True)
    return keep[:, np.newaxis, np.newaxis]


def decoder_mask(ids, pad=0):
    m = np.einsum("bk,qk->bqk", padding_mask(ids, pad)[:, 0, 0], causal_mask(ids.shape[1]))
    return m[:, None]
