"""Adds the bias into the product's own memory of W.

Message: changed
"""

def dense(X, W, b):
    W += b
    return X @ W


def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
