"""W not transposed.

Message: W_not_transposed
"""


def dense_backward(dout, X, W):
    X2 = X.reshape(-1, X.shape[-1])
    d2 = dout.reshape(-1, dout.shape[-1])
    dX = dout @ W
    dW = X2.T @ d2
    db = d2.sum(axis=0)
    return dX, dW, db
