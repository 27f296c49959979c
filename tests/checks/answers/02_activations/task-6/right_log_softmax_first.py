"""Log_softmax first."""

import numpy as np


def log_softmax(x, axis=-1):
    z = x - np.max(x, axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
def logsumexp(x, axis=-1):
    i = np.take(np.asarray(x, float), 0, axis=axis)
    return i - np.take(log_softmax(x, axis), 0, axis=axis)
