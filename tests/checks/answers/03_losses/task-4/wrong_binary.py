"""Binary terms.

Message: binary_terms
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.clip(probs, eps, 1 - eps)
    Y = np.eye(p.shape[1])[y] if y.ndim == 1 else y
    return -np.sum(Y * np.log(p) + (1 - Y) * np.log(1 - p)) / len(p)
