"""In float32."""

import numpy as np


def log_softmax(x, axis=-1):
    x = np.asarray(x, np.float32)
    z = x - np.max(x, axis=axis, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))

def logsumexp(x, axis=-1):
    x = np.asarray(x, np.float32)
    m = np.max(x, axis=axis, keepdims=True)
    return np.squeeze(m + np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True)), axis=axis)
