"""Three axes.

Message: three_axes
"""

import numpy as np


def causal_mask(T):
    return np.tril(np.ones((T, T), dtype=bool))


def padding_mask(ids, pad=0):
    return (np.asarray(ids) != pad)[:, None, None, :]


def decoder_mask(ids, pad=0):
    return causal_mask(ids.shape[1]) & (ids != pad)[:, None, :]
