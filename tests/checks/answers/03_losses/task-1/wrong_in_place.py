"""Subtracts in place.

Message: changed
"""

import numpy as np


def _pair(pred, target):
    pred = np.asarray(pred, dtype=float)
    target = np.asarray(target, dtype=float)
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    if pred.size == 0:
        raise ValueError("empty")
    return pred, target


def mse(pred, target):
    if pred.shape != target.shape or pred.size == 0:
        raise ValueError("bad shapes")
    pred = np.asarray(pred, dtype=float)
    pred -= target
    return np.mean(pred ** 2)


def mae(pred, target):
    pred, target = _pair(pred, target)
    return np.mean(np.abs(pred - target))


def r2_score(pred, target):
    pred, target = _pair(pred, target)
    return 1 - np.sum((target - pred) ** 2) / np.sum((target - target.mean()) ** 2)
