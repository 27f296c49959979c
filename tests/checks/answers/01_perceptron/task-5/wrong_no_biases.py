"""Counts no biases.

Message: no_biases
"""

def dense(X, W, b):
    return X @ W + b


def count_params(sizes):
    return sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1))
