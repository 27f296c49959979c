"""Tensordot over the leading axes."""

import numpy as np


def dense_backward(dout, X, W):
    ax = tuple(range(X.ndim - 1))
    return np.tensordot(dout, W, axes=([-1], [1])), np.tensordot(X, dout, axes=(ax, ax)), dout.sum(axis=ax)
