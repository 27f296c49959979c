"""Keeps the reduced axis.

Message: keeps_axis
"""

import numpy as np


def logsumexp(x, axis=-1):
    x = np.asarray(x, dtype=float)
    m = np.max(x, axis=axis, keepdims=True)
    return m + np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True))

def log_softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    return x - logsumexp(x, axis)
