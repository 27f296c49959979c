"""Naive 1/(1+exp(-x)) (exp(+inf) -> 1/inf = 0: correct values, warning only)."""

import numpy as np


def sigmoid(x):
    return 1/(1+np.exp(-np.asarray(x, dtype=float)))
