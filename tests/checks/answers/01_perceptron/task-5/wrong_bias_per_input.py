"""Counts a bias for each input.

Message: bias_per_input
"""

def dense(X, W, b):
    return X @ W + b


def count_params(sizes):
    return sum(a * c + a for a, c in zip(sizes, sizes[1:]))
