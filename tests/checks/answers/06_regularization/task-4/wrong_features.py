"""Normalizes over the features.

Message: over_features
"""

import numpy as np


def batchnorm_forward(X, gamma, beta, running, training=True, momentum=0.9, eps=1e-5):
    X = np.asarray(X, dtype=float)
    if training:
        mu, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
        running['mean'] = momentum * running['mean'] + (1 - momentum) * X.mean(0)
        running['var'] = momentum * running['var'] + (1 - momentum) * X.var(0)
    else:
        mu, var = running['mean'], running['var']
    return gamma * (X - mu) / np.sqrt(var + eps) + beta
