"""Explicit Jacobian for each row."""

import numpy as np


def softmax_backward(dout, p):
    p = np.asarray(p)
    out = np.zeros(p.shape)
    for i in np.ndindex(*p.shape[:-1]):
        out[i] = (np.diag(p[i]) - np.outer(p[i], p[i])) @ dout[i]
    return out
