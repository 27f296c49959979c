"""Counts the units of an input layer alone.

Message: input_alone
"""


def dense(X, W, b): return X @ W + b
def count_params(sizes):
    if len(sizes) == 1: return sizes[0]
    return sum((a + 1) * c for a, c in zip(sizes, sizes[1:]))
