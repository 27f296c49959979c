"""Never shuffles.

Message: in_order
"""

def num_steps(n, batch_size, epochs, drop_last=False):
    per_epoch = n // batch_size if drop_last else -(-n // batch_size)
    return epochs * per_epoch


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    for s in range(0, len(X), batch_size):
        if drop_last and s + batch_size > len(X):
            break
        yield X[s:s + batch_size], y[s:s + batch_size]
