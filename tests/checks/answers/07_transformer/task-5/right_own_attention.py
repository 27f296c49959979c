"""Calls the student's own task 4, which is wrong and must not cost task 5."""

import numpy as np


def attention(Q, K, V, mask=None):
    scores = Q @ np.swapaxes(K, -1, -2)
    if mask is not None:
        scores = np.where(mask, scores, -1e9)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    A = e / e.sum(axis=-1, keepdims=True)
    return A @ V, A


def attention_backward(dO, Q, K, V, mask=None):
    _, A = attention(Q, K, V, mask)
    dA = dO @ np.swapaxes(V, -1, -2)
    dS = A * dA
    dS -= A * dS.sum(axis=-1, keepdims=True)
    dS /= np.sqrt(Q.shape[-1])
    return dS @ K, dS.swapaxes(-1, -2) @ Q, A.swapaxes(-1, -2) @ dO
