"""The variance by einsum."""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    X = np.asarray(X, float)
    c = X - X.mean(-1)[..., None]
    D = X.shape[-1]
    s = np.einsum("...d,...d->...", c, c) / D
    return c / np.sqrt(s + eps)[..., None] * gamma + beta
