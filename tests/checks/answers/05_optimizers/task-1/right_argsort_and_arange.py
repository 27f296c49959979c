"""Sorts random numbers; counts with len(range(...))."""

import numpy as np


def num_steps(n, batch_size, epochs, drop_last=False):
    steps = 0
    for _ in range(epochs):
        for start in range(0, n, batch_size):
            if not drop_last or start + batch_size <= n:
                steps += 1
    return steps


def minibatches(X, y, batch_size, rng=None, drop_last=False):
    n = len(X)
    order = np.arange(n)
    if rng is not None:
        order = np.argsort(rng.random(n))
    stop = n - n % batch_size if drop_last else n
    return ((X[order[i:i + batch_size]], y[order[i:i + batch_size]]) for i in range(0, stop, batch_size))
