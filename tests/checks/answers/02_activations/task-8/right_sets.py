"""Collects units that fire, in float32."""

import numpy as np


def dead_fraction(X, W, b):
    Z = np.asarray(X, np.float32) @ np.asarray(W, np.float32) + np.asarray(b, np.float32)
    return np.float32(1 - len(set(np.nonzero(Z > 0)[1])) / Z.shape[1])
