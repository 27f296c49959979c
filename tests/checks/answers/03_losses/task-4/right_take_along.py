"""take_along_axis, masked in place on a copy."""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = probs.copy()
    p[p < eps] = eps
    cost = -np.log(p)
    if y.ndim == probs.ndim:
        return np.average((cost * y).sum(axis=-1))
    return np.take_along_axis(cost, y[:, None], axis=1).mean()
