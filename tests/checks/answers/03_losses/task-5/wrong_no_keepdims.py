"""Forgets keepdims.

Message: raised_shapes
"""

import numpy as np


def softmax_cross_entropy(logits, y):
    n = len(logits)
    s = logits - logits.max(axis=1)
    e = np.exp(s)
    p = e / e.sum(axis=1)
    return -np.mean(np.log(p[np.arange(n), y])), (p - np.eye(p.shape[1])[y]) / n
