"""Decides by shape[0] == C.

Message: length_decides
"""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    p = np.maximum(np.asarray(probs, dtype=float), eps)
    y = np.asarray(y)
    if y.shape[0] == p.shape[-1] or y.ndim == p.ndim:
        y = y if y.ndim == p.ndim else np.broadcast_to(y, p.shape)
        return float(np.mean(-np.sum(y * np.log(p), axis=-1)))
    return float(np.mean(-np.log(p[np.arange(len(p)), y])))
