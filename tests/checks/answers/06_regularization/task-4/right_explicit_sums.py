"""Explicit sums, running edited in place."""

import numpy as np


def batchnorm_forward(X, gamma, beta, running, training=True, momentum=0.9, eps=1e-5):
    if training:
        N = len(X)
        mu = np.sum(X, 0) / N
        xc = X - mu
        var = np.einsum("nd,nd->d", xc, xc) / N
        running["mean"][...] = momentum * running["mean"] + (1 - momentum) * mu
        running["var"][...] = momentum * running["var"] + (1 - momentum) * var
    else:
        mu, var = running["mean"], running["var"]
    return (X - mu) * (gamma * (var + eps) ** -0.5) + beta
