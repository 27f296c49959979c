"""Looks at the first sentence only.

Message: only_first_sentence
"""

import numpy as np


def causal_mask(T):
    return np.tril(np.ones((T, T), dtype=bool))


def padding_mask(ids, pad=0):
    return (ids[0] != pad)[None, None, None, :]


def decoder_mask(ids, pad=0):
    return causal_mask(np.shape(ids)[1])[None, None] & (np.asarray(ids) != pad)[:, None, None, :]
