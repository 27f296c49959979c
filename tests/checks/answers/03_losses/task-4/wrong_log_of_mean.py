"""Mean inside the logarithm.

Message: log_of_mean
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.maximum(np.asarray(probs, dtype=float), eps)
    y = np.asarray(y)
    Y = np.eye(p.shape[1])[y] if y.ndim == 1 else y
    return -np.log(np.mean(np.sum(Y * p, axis=1)))
