"""Comparisons of ranges."""

import numpy as np


def causal_mask(T):
    r = np.arange(T)
    return r[:, None] >= r


def padding_mask(ids, pad=0):
    B, T = ids.shape
    return np.logical_not(np.equal(ids, pad)).reshape(B, 1, 1, T)


def decoder_mask(ids, pad=0):
    return np.logical_and(causal_mask(ids.shape[1]), padding_mask(ids, pad))
