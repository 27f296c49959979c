"""-inf, and 1 where a row sums to 0."""

import numpy as np


def attention(Q, K, V, mask=None):
    s = np.matmul(Q, np.moveaxis(K, -1, -2))/np.sqrt(K.shape[-1])
    if mask is not None: s = np.where(mask, s, -np.inf)
    m = s.max(-1, keepdims=True); m = np.where(np.isfinite(m), m, 0); e = np.exp(s-m); z = e.sum(-1, keepdims=True)
    A = e/np.where(z == 0, 1, z)
    return A @ V, A
