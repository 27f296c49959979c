"""Returns the count as text.

Message: not_a_count
"""

def dense(X, W, b):
    return X @ W + b


def count_params(sizes):
    return f'{sum((a + 1) * c for a, c in zip(sizes, sizes[1:]))} parameters'
