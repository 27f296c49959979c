"""Forgets the root on both ways.

Message: root_nowhere
"""

import numpy as np


def attention_backward(dO, Q, K, V, mask=None):
    scale = 1.0
    s = Q @ np.swapaxes(K, -1, -2) * scale
    if mask is not None:
        s = np.where(mask, s, -1e9)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    A = e / e.sum(axis=-1, keepdims=True)
    dV = np.swapaxes(A, -1, -2) @ dO
    dA = dO @ np.swapaxes(V, -1, -2)
    dS = A * (dA - np.sum(dA * A, axis=-1, keepdims=True)) * scale
    return dS @ K, np.swapaxes(dS, -1, -2) @ Q, dV
