"""In three axes, sums over the first one only.

Message: first_axis_only
"""

import numpy as np


def dense_backward(dout, X, W):
    X = np.asarray(X, dtype=float)
    X2, d2 = X.reshape(-1, X.shape[-1]), dout.reshape(-1, dout.shape[-1])
    return dout @ W.T, (X2.T @ d2 if X.ndim == 2 else np.swapaxes(X, -1, -2) @ dout), d2.sum(axis=0)
