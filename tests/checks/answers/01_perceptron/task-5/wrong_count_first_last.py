"""Uses the first and the last size only.

Message: ends_only
"""


def dense(X, W, b): return X @ W + b
def count_params(sizes): return (sizes[0] + 1) * sizes[-1]
