"""Writes 0.9 for momentum.

Message: ignores_momentum
"""

import numpy as np


def batchnorm_forward(X, gamma, beta, running, training=True, momentum=0.9, eps=1e-5):
    X = np.asarray(X, dtype=float)
    if training:
        mu, var = X.mean(axis=0), X.var(axis=0)
        running['mean'] = 0.9 * running['mean'] + 0.1 * mu
        running['var'] = 0.9 * running['var'] + 0.1 * var
    else:
        mu, var = running['mean'], running['var']
    return gamma * (X - mu) / np.sqrt(var + eps) + beta
