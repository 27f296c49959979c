"""Returns float32 and arrays with one entry."""

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
    pred, target = _pair(pred, target)
    return np.float32(((pred - target) ** 2).mean())


def mae(pred, target):
    pred, target = _pair(pred, target)
    return np.array([np.abs(pred - target).mean()])


def r2_score(pred, target):
    pred, target = _pair(pred, target)
    residual, total = target - pred, target - np.mean(target)
    return 1 - (residual ** 2).sum() / (total ** 2).sum()
