"""Normalizes over all entries.

Message: over_everything
"""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    X = np.asarray(X, dtype=float)
    mu = X.mean()
    var = X.var()
    return gamma * (X - mu) / np.sqrt(var + eps) + beta
