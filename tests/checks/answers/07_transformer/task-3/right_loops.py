"""Loops."""

import numpy as np


def causal_mask(T):
    return np.array([[k <= q for k in range(T)] for q in range(T)], dtype=bool).reshape(T, T)


def padding_mask(ids, pad=0):
    return np.expand_dims(np.asarray(ids) != pad, (1, 2))


def decoder_mask(ids, pad=0):
    B, T = ids.shape; m = np.zeros((B, 1, T, T), bool)
    for b in range(B):
        for q in range(T):
            for k in range(q+1): m[b, 0, q, k] = ids[b, k] != pad
    return m
