"""Moves the features to the front."""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    Z = np.moveaxis(np.asarray(X, float), -1, 0)
    Z = (Z - Z.mean(0)) / np.sqrt(Z.var(0) + eps)
    return np.moveaxis(Z, 0, -1) * gamma + beta
