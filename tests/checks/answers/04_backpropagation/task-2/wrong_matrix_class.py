"""Uses np.matrix, which has two axes only.

Message: shape
"""

import numpy as np


def dense_backward(dout, X, W):
    dout, X, W = np.matrix(dout), np.matrix(X), np.matrix(W)
    return dout * W.T, X.T * dout, dout.sum(axis=0)
