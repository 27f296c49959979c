"""Log(softmax(x)).

Message: log_of_softmax
"""

import numpy as np


def logsumexp(x, axis=-1):
    x = np.asarray(x, float); m = x.max(axis, keepdims=True); return np.squeeze(m, axis) + np.log(np.exp(x-m).sum(axis))
def log_softmax(x, axis=-1):
    x = np.asarray(x, float); e = np.exp(x - x.max(axis=axis, keepdims=True)); return np.log(e/e.sum(axis=axis, keepdims=True))
