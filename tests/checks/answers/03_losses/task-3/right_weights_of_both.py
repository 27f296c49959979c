"""Soft labels as weights of the two costs; float32 in the end."""

import numpy as np


def binary_cross_entropy(p, y, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return np.float32(-np.average(y * np.log(p) + (1 - y) * np.log(1 - p)))


def bce_with_logits(z, y):
    cost_one, cost_zero = np.logaddexp(0, -1.0 * z), np.logaddexp(0, z)
    return np.mean(y * cost_one + (1 - y) * cost_zero)
