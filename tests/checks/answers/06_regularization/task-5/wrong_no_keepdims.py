"""Forgets keepdims.

Message: keepdims
"""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    X = np.asarray(X, dtype=float)
    mu = X.mean(axis=-1)
    var = X.var(axis=-1)
    return gamma * (X - mu) / np.sqrt(var + eps) + beta
