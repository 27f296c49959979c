"""Recursion over nested lists, without arrays."""

import math


def sigmoid(x):
    if hasattr(x, "tolist"):
        x = x.tolist()
    if isinstance(x, list):
        return [sigmoid(v) for v in x]
    e = math.exp(-abs(x))
    return 1 / (1 + e) if x >= 0 else e / (1 + e)
