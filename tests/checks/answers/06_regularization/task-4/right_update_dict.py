"""running.update, and the variance from the mean of squares."""

import numpy as np


def batchnorm_forward(X, gamma, beta, running, training=True, momentum=0.9, eps=1e-5):
    X = np.asarray(X, float)
    mu, var = running["mean"], running["var"]
    if training:
        mu = X.mean(0)
        var = np.maximum((X**2).mean(0) - mu**2, 0)
        running.update(
            mean=running["mean"] + (1 - momentum) * (mu - running["mean"]),
            var=running["var"] + (1 - momentum) * (var - running["var"]),
        )
    inv = 1 / np.sqrt(var + eps)
    return X * (gamma * inv) + (beta - mu * gamma * inv)
