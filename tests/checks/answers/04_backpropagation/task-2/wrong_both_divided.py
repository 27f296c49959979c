"""Divides dW and db by the number of samples again.

Message: both_mean
"""


def dense_backward(dout, X, W):
    X2 = X.reshape(-1, X.shape[-1])
    d2 = dout.reshape(-1, dout.shape[-1])
    if X.ndim != 2:
        X = X2
    dX = dout @ W.T
    dW = X2.T @ d2 / len(X)
    db = d2.sum(axis=0) / len(X)
    return dX, dW, db
