"""Hard-codes eps.

Message: hard_coded_eps
"""

import numpy as np


def binary_cross_entropy(p, y, eps=1e-12):
    p = np.clip(np.asarray(p, float), 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(p) + (1 - y) * np.log1p(-p))


def bce_with_logits(z, y):
    z, y = np.asarray(z, dtype=float), np.asarray(y, dtype=float)
    return float(np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))))
