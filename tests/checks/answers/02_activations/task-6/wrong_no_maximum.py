"""No max trick.

Message: no_maximum
"""

import numpy as np


def logsumexp(x, axis=-1):
    return np.log(np.sum(np.exp(np.asarray(x, float)), axis=axis))
def log_softmax(x, axis=-1):
    return x - np.expand_dims(logsumexp(x, axis), axis)
