"""Masks the exponentials of scores below the largest allowed one."""

import numpy as np


def attention(Q, K, V, mask=None):
    S = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    M = np.ones(S.shape, bool) if mask is None else mask & np.ones(S.shape, bool)
    top = np.max(S, axis=-1, keepdims=True, where=M, initial=-1e300)
    e = np.where(M, np.exp(np.minimum(S - top, 0)), 0)
    A = e / np.maximum(e.sum(-1, keepdims=True), 1e-300)
    return A @ V, A
