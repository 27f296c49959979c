"""logaddexp, and each logarithm clipped by itself."""

import numpy as np


def binary_cross_entropy(p, y, eps=1e-12):
    p, y = np.asarray(p), np.asarray(y)
    log_p = np.log(np.maximum(np.minimum(p, 1 - eps), eps))
    log_q = np.log(np.maximum(np.minimum(1 - p, 1 - eps), eps))
    return -(y * log_p + (1 - y) * log_q).mean()


def bce_with_logits(z, y):
    return np.mean(np.logaddexp(0, z) - np.multiply(z, y))
