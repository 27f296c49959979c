"""Keeps the integer dtype.

Message: integer_arrays
"""

import numpy as np


def softmax_cross_entropy(logits, y):
    n = len(logits)
    s = np.zeros_like(logits)
    s[:] = logits
    s -= s.max(axis=1, keepdims=True)
    e = np.zeros_like(logits)
    e[:] = np.exp(s)
    loss = np.mean(np.log(e.sum(axis=1)) - s[np.arange(n), y])
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(n), y] -= 1
    return loss, p / n
