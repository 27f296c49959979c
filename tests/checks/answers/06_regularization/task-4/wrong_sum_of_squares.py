"""Adds up squares and does not average.

Message: sum_of_squares
"""

import numpy as np


def batchnorm_forward(X, gamma, beta, running, training=True, momentum=0.9, eps=1e-5):
    X = np.asarray(X, dtype=float)
    if training:
        mu = X.mean(axis=0)
        var = ((X - mu) ** 2).sum(axis=0)
        running['mean'] = momentum * running['mean'] + (1 - momentum) * mu
        running['var'] = momentum * running['var'] + (1 - momentum) * var
    else:
        mu, var = running['mean'], running['var']
    return gamma * (X - mu) / np.sqrt(var + eps) + beta
