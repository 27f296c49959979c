"""Normalizes each sequence as a whole.

Message: all_but_first
"""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    axes = tuple(range(1, X.ndim)) if X.ndim > 1 else 0
    mu = X.mean(axis=axes, keepdims=True)
    var = X.var(axis=axes, keepdims=True)
    return gamma * (X - mu) / np.sqrt(var + eps) + beta
