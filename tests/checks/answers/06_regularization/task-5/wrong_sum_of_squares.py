"""Adds up squares and does not average.

Message: sum_of_squares
"""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    X = np.asarray(X, dtype=float)
    mu = X.mean(axis=-1, keepdims=True)
    var = ((X - mu) ** 2).sum(axis=-1, keepdims=True)
    return gamma * (X - mu) / np.sqrt(var + eps) + beta
