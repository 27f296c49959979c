"""log_softmax keeps the integer type.

Message: cuts_integers
"""

import numpy as np


def logsumexp(x, axis=-1):
    x = np.asarray(x, dtype=float)
    m = x.max(axis=axis, keepdims=True)
    return np.squeeze(m, axis) + np.log(np.exp(x - m).sum(axis=axis))

def log_softmax(x, axis=-1):
    x = np.asarray(x)
    out = np.empty_like(x)
    out[...] = x - np.expand_dims(logsumexp(x, axis), axis)
    return out
