"""Always one-hot, einsum."""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.clip(probs, eps, 1); y = np.asarray(y)
    Y = np.eye(p.shape[1])[y] if y.ndim == 1 else y
    return -np.einsum('nc,nc->', Y, np.log(p))/len(p)
