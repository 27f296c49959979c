"""Updates at test time.

Message: updates_at_test
"""

import numpy as np


def batchnorm_forward(X, gamma, beta, running, training=True, momentum=0.9, eps=1e-5):
    mu, var = np.mean(X, 0), np.var(X, 0)
    running["mean"] = momentum * running["mean"] + (1 - momentum) * mu
    running["var"] = momentum * running["var"] + (1 - momentum) * var
    if not training:
        mu, var = running["mean"], running["var"]
    return gamma * (X - mu) / np.sqrt(var + eps) + beta
