"""Base-2 logarithm.

Message: base_two
"""

import numpy as np


def logsumexp(x, axis=-1):
    x = np.asarray(x, dtype=float)
    m = np.max(x, axis=axis, keepdims=True)
    return np.squeeze(m, axis=axis) + np.log2(np.sum(np.exp(x - m), axis=axis))

def log_softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    return x - np.expand_dims(logsumexp(x, axis), axis)
