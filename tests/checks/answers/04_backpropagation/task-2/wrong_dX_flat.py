"""Returns dX with all rows in one matrix.

Message: dX_flat
"""


def dense_backward(dout, X, W):
    X2 = X.reshape(-1, X.shape[-1])
    d2 = dout.reshape(-1, dout.shape[-1])
    dX = d2 @ W.T
    dW = X2.T @ d2
    db = d2.sum(axis=0)
    return dX, dW, db
