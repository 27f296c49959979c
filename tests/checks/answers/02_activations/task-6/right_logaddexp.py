"""Np.logaddexp.reduce."""

import numpy as np


def logsumexp(x, axis=-1):
    return np.logaddexp.reduce(np.asarray(x, float), axis=axis)
def log_softmax(x, axis=-1):
    x = np.asarray(x, float); return x - np.logaddexp.reduce(x, axis=axis, keepdims=True)
