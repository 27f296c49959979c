"""Adds up the biases.

Message: sum_of_biases
"""


def dense(X, W, b): return X @ W + b.sum()
def count_params(sizes): return sum((a + 1) * c for a, c in zip(sizes, sizes[1:]))
