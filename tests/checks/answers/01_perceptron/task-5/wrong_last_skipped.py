"""Stops one pair too early.

Message: stops_early
"""


def dense(X, W, b): return X @ W + b
def count_params(sizes):
    n = 0
    for i in range(len(sizes) - 2): n += (sizes[i] + 1) * sizes[i + 1]
    return n
