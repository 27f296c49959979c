"""Loops over entries."""

import numpy as np


def check(pred, target):
    if np.shape(pred) != np.shape(target):
        raise ValueError("the shapes must be the same")
    if np.size(pred) == 0:
        raise ValueError("nothing to average")


def mse(pred, target):
    check(pred, target)
    total = 0
    for a, b in zip(np.ravel(pred), np.ravel(target)):
        total += (float(a) - float(b)) ** 2
    return total / np.size(pred)


def mae(pred, target):
    check(pred, target)
    return sum(abs(float(a) - float(b)) for a, b in zip(np.ravel(pred), np.ravel(target))) / np.size(pred)


def r2_score(pred, target):
    check(pred, target)
    values = [float(t) for t in np.ravel(target)]
    mean = sum(values) / len(values)
    return 1 - mse(pred, target) * len(values) / sum((v - mean) ** 2 for v in values)
