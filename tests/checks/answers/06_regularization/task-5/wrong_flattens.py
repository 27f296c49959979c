"""Flattens the leading axes.

Message: shape
"""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    X = np.asarray(X, dtype=float).reshape(-1, np.shape(X)[-1])
    mu = X.mean(axis=-1, keepdims=True)
    var = X.var(axis=-1, keepdims=True)
    return gamma * (X - mu) / np.sqrt(var + eps) + beta
