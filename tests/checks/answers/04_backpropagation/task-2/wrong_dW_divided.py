"""Divides dW by the number of samples again.

Message: dW_mean
"""


def dense_backward(dout, X, W):
    X2 = X.reshape(-1, X.shape[-1])
    d2 = dout.reshape(-1, dout.shape[-1])
    dX = dout @ W.T
    dW = X2.T @ d2 / max(1, len(X2))
    db = d2.sum(axis=0)
    return dX, dW, db
