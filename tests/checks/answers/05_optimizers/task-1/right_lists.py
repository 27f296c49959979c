"""Python lists of row numbers, shuffled in place."""

import math


def num_steps(n, batch_size, epochs, drop_last=False):
    return int(epochs * (math.floor(n / batch_size) if drop_last else math.ceil(n / batch_size)))


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    order = list(range(len(X)))
    if rng is not None:
        rng.shuffle(order)
    out = []
    while order:
        take, order = order[:batch_size], order[batch_size:]
        if drop_last and len(take) < batch_size:
            break
        out.append((X[take], y[take]))
    return out
