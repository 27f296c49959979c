"""Multiplies the terms by one half.

Message: value
"""

import numpy as np


def norm_backward(dout, X, gamma, axis, eps=1e-5):
    X = np.asarray(X, dtype=float)
    dout = np.asarray(dout, dtype=float)
    mu = X.mean(axis=axis, keepdims=True)
    inv = 1.0 / np.sqrt(X.var(axis=axis, keepdims=True) + eps)
    xh = (X - mu) * inv
    dgamma = np.sum(dout * xh, axis=0)
    dbeta = np.sum(dout, axis=0)
    g = dout * gamma
    dX = inv * (g - g.mean(axis=axis, keepdims=True) - 0.5 * xh * (g * xh).mean(axis=axis, keepdims=True))
    return dX, dgamma, dbeta
