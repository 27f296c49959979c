"""Divides only the one-hot rows.

Message: one_hot_divided_only
"""

import numpy as np


def softmax_cross_entropy(logits, y):
    z = np.asarray(logits, dtype=float)
    n = len(z)
    s = z - z.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    loss = -np.mean(logp[np.arange(n), y])
    return loss, np.exp(logp) - np.eye(z.shape[1])[y] / n
