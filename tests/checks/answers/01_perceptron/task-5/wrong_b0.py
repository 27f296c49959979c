"""Takes the first bias for all units.

Message: first_bias_only
"""


def dense(X, W, b): return X @ W + b[0]
def count_params(sizes): return sum((a + 1) * c for a, c in zip(sizes, sizes[1:]))
