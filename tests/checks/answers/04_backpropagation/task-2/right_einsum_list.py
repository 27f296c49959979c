"""Einsum with an ellipsis, in a list."""

import numpy as np


def dense_backward(dout, X, W):
    return [np.einsum("...p,dp->...d", dout, W), np.einsum("nd,np->dp", X.reshape(-1, X.shape[-1]), dout.reshape(-1, dout.shape[-1])), dout.reshape(-1, dout.shape[-1]).T.sum(axis=-1)]
