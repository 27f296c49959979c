"""log(p + 1e-12).

Message: kept_from_zero
"""

import numpy as np


def softmax_cross_entropy(logits, y):
    n = len(logits)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(n), y] + 1e-12))
    return loss, (p - np.eye(p.shape[1])[y]) / n
