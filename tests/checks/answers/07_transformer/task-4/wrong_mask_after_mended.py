"""Masks after the softmax and divides again.

Message: masked_and_mended
"""

import numpy as np


def attention(Q, K, V, mask=None):
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    A = e / e.sum(axis=-1, keepdims=True)
    if mask is not None:
        A = A * mask
        A = A / A.sum(axis=-1, keepdims=True)
    return A @ V, A
