"""Fancy index."""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.maximum(np.asarray(probs, float), eps); y = np.asarray(y)
    if y.ndim == 1: return -np.log(p[np.arange(len(p)), y]).mean()
    return -(y*np.log(p)).sum(1).mean()
