"""Runs past the end of the sizes.

Message: raised_index
"""


def dense(X, W, b): return X @ W + b
def count_params(sizes):
    n = 0
    for i in range(len(sizes)): n += (sizes[i] + 1) * sizes[i + 1]
    return n
