"""Clips and takes the logarithm of y.

Message: arguments_swapped
"""

import numpy as np


def binary_cross_entropy(p, y, eps=1e-12):
    y = np.clip(y, eps, 1 - eps)
    return -np.mean(p * np.log(y) + (1 - p) * np.log(1 - y))


def bce_with_logits(z, y):
    z, y = np.asarray(z, dtype=float), np.asarray(y, dtype=float)
    return float(np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))))
