"""Overwrites the total.

Message: last_layer_only
"""

def dense(X, W, b):
    return X @ W + b


def count_params(sizes):
    total = 0
    for a, c in zip(sizes, sizes[1:]):
        total = (a + 1) * c
    return total
