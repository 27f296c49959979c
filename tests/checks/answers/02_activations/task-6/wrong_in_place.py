"""Subtracts in place.

Message: changed
"""

import numpy as np


def logsumexp(x, axis=-1):
    if x.dtype.kind == "i":
        x = x.astype(float)
    m = x.max(axis=axis, keepdims=True)
    x -= m
    return np.squeeze(m, axis) + np.log(np.exp(x).sum(axis=axis))

def log_softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
