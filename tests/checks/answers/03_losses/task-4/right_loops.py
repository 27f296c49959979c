"""Loops and math."""

import numpy as np


def cross_entropy(probs, y, eps=1e-12):
    import math
    total = 0.0
    for row, target in zip(probs, y):
        weights = [float(k == target) for k in range(len(row))] if np.ndim(target) == 0 else target
        for w, p in zip(weights, row):
            total -= w * math.log(max(p, eps))
    return total / len(probs)
