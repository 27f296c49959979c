"""Sums the bias over axis 1.

Message: db_over_units
"""


def dense_backward(dout, X, W):
    dX = dout @ W.T
    X2 = X.reshape(-1, X.shape[-1])
    d2 = dout.reshape(-1, dout.shape[-1])
    return dX, X2.T @ d2, d2.sum(axis=1)[: d2.shape[1]] if d2.shape[0] >= d2.shape[1] else d2.sum(axis=0) * 0
