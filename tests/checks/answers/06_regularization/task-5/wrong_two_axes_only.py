"""Unpacks two axes.

Message: raised
"""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    out = np.zeros(X.shape)
    for i, row in enumerate(X):
        out[i] = gamma * (row - sum(row) / len(row)) / np.sqrt(row.var() + eps) + beta
    return out
