"""Keeps each logarithm from 0 by itself.

Message: clips_each_log
"""

import numpy as np


def binary_cross_entropy(p, y, eps=1e-12):
    one = np.log(np.maximum(p, eps))
    zero = np.log(np.maximum(1 - p, eps))
    return -np.mean(y * one + (1 - y) * zero)


def bce_with_logits(z, y):
    z, y = np.asarray(z, dtype=float), np.asarray(y, dtype=float)
    return float(np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))))
