"""Computes in float32."""

import numpy as np


def dense_backward(dout, X, W):
    dout, X, W = (np.asarray(one, np.float32) for one in (dout, X, W))
    rows, drows = X.reshape(-1, W.shape[0]), dout.reshape(-1, W.shape[1])
    return (W @ drows.T).T.reshape(X.shape), (drows.T @ rows).T, np.ones(len(drows), np.float32) @ drows
