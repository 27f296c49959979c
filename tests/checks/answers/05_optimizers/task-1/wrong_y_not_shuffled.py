"""Shuffles X and leaves y in order.

Message: misaligned
"""

def num_steps(n, batch_size, epochs, drop_last=False):
    per_epoch = n // batch_size if drop_last else -(-n // batch_size)
    return epochs * per_epoch


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    n = len(X)
    X_new = X if rng is None else X[rng.permutation(n)]
    for s in range(0, n, batch_size):
        if drop_last and s + batch_size > n:
            return
        yield X_new[s:s + batch_size], y[s:s + batch_size]
