"""Global maximum.

Message: global_maximum
"""

import numpy as np


def softmax_cross_entropy(logits, y):
    z = np.asarray(logits, dtype=float)
    n = len(z)
    s = z - z.max()
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    loss = -np.mean(logp[np.arange(n), y])
    grad = np.exp(logp)
    grad[np.arange(n), y] -= 1
    return loss, grad / n
