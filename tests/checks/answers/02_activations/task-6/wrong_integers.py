"""Keeps the integer type.

Message: cuts_integers
"""

import numpy as np


def logsumexp(x, axis=-1):
    x = np.asarray(x)
    m = np.max(x, axis=axis, keepdims=True)
    return (np.squeeze(m, axis) + np.log(np.exp(x - m).sum(axis=axis))).astype(x.dtype)

def log_softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
