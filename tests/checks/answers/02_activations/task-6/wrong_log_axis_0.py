"""axis=0 by default.

Message: first_axis_default
"""

import numpy as np


def logsumexp(x, axis=-1):
    x = np.asarray(x, dtype=float)
    m = x.max(axis=axis, keepdims=True)
    return np.squeeze(m, axis) + np.log(np.exp(x - m).sum(axis=axis))


def log_softmax(x, axis=0):
    x = np.asarray(x, dtype=float)
    return x - np.expand_dims(logsumexp(x, axis), axis)
