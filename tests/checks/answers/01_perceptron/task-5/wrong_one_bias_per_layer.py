"""Counts one bias a layer.

Message: one_bias_per_layer
"""

def dense(X, W, b):
    return X @ W + b


def count_params(sizes):
    return sum(a * c + 1 for a, c in zip(sizes, sizes[1:]))
