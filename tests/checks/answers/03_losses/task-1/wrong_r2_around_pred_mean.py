"""Squares of the targets around the mean of the predictions.

Message: variation_of_predictions
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
    pred, target = _pair(pred, target)
    return np.mean((pred - target) ** 2)


def mae(pred, target):
    pred, target = _pair(pred, target)
    return np.mean(np.abs(pred - target))


def r2_score(pred, target):
    pred, target = _pair(pred, target)
    return 1 - np.sum((target - pred) ** 2) / np.sum((target - pred.mean()) ** 2)
