"""A mask to be added.

Message: not_booleans
"""

import numpy as np


def causal_mask(T):
    return np.triu(np.full((T, T), -np.inf), 1)


def padding_mask(ids, pad=0):
    return (np.asarray(ids) != pad)[:, None, None, :]


def decoder_mask(ids, pad=0):
    return causal_mask(np.shape(ids)[1])[None, None] & padding_mask(ids, pad)
