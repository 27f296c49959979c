"""log1p, with exp(-z).

Message: overflows
"""

import numpy as np


def binary_cross_entropy(p, y, eps=1e-12):
    p = np.clip(np.asarray(p, dtype=float), eps, 1 - eps)
    y = np.asarray(y, dtype=float)
    return float(np.mean(-(y * np.log(p) + (1 - y) * np.log1p(-p))))


def bce_with_logits(z, y):
    return np.mean(np.log1p(np.exp(-z)) + (1 - y) * z)
