"""Divides the given gradient in place.

Message: changed
"""


def dense_backward(dout, X, W):
    dout /= len(X)
    return dout @ W.T, X.T @ dout, dout.sum(axis=0)
