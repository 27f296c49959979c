"""Returns inside the loop.

Message: first_layer_only
"""

def dense(X, W, b):
    return X @ W + b


def count_params(sizes):
    for a, c in zip(sizes, sizes[1:]):
        return (a + 1) * c
    return 0
