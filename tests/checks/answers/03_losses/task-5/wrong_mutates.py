"""Works in the logits.

Message: changed
"""

import numpy as np


def softmax_cross_entropy(logits, y):
    n = len(logits)
    logits -= logits.max(axis=1, keepdims=True)
    logp = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    p = np.exp(logp)
    loss = -np.mean(logp[np.arange(n), y])
    p[np.arange(n), y] -= 1
    return loss, p / n
