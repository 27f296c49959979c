"""Logarithm of a probability that rounds to 0.

Message: log_of_zero
"""

import numpy as np


def softmax_cross_entropy(logits, y):
    n = len(logits)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(n), y]))
    p[np.arange(n), y] -= 1
    return loss, p / n
