"""Two formulas, each only where it is safe."""

import numpy as np


def sigmoid(x):
    x = np.asarray(x, dtype=np.float64)
    out = np.empty(x.shape)
    up = x >= 0
    out[up] = 1.0 / (1.0 + np.exp(-x[up]))
    e = np.exp(x[~up])
    out[~up] = e / (1.0 + e)
    return out
