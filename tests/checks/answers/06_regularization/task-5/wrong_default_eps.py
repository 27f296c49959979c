"""Has the default of Keras.

Message: default_eps
"""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-3):
    X = np.asarray(X, dtype=float)
    mu = X.mean(axis=-1, keepdims=True)
    var = X.var(axis=-1, keepdims=True)
    return gamma * (X - mu) / np.sqrt(var + eps) + beta
