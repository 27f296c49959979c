"""No max subtraction, by way of probabilities.

Message: overflows
"""

import numpy as np


def softmax_cross_entropy(logits, y):
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    n = len(p)
    loss = -np.mean(np.log(p[np.arange(n), y]))
    p[np.arange(n), y] -= 1
    return loss, p / n
