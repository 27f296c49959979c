"""Subtracts the bias.

Message: bias_subtracted
"""

def dense(X, W, b):
    return X @ W - b


def count_params(sizes):
    return sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))
