"""Global max used and added back (underflow in small rows).

Message: global_maximum
"""

import numpy as np


def logsumexp(x, axis=-1):
    x = np.asarray(x, dtype=float)
    m = np.full(np.max(x, axis=axis, keepdims=True).shape, np.max(x))
    return np.squeeze(m, axis=axis) + np.log(np.sum(np.exp(x - m), axis=axis))

def log_softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    return x - np.expand_dims(logsumexp(x, axis), axis)
