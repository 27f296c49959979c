"""Forgets the output's biases.

Message: output_bias_forgotten
"""

def dense(X, W, b):
    return X @ W + b


def count_params(sizes):
    return sum(a * c for a, c in zip(sizes, sizes[1:])) + sum(sizes[1:-1])
