"""Deals the batches out with a generator, and keeps eps as in the paper."""

import numpy as np


def batches(n, size, rng):
    left = list(rng.permutation(n))
    while left:
        yield np.array(left[:size])
        left = left[size:]


def fit(params, X, y, loss_and_grads, epochs, batch_size, lr, rng, rate=0.2):
    b1, b2, eps = 0.9, 0.999, 1e-8
    now = {k: np.asarray(p, float) for k, p in params.items()}
    state = {k: (np.zeros_like(p), np.zeros_like(p)) for k, p in now.items()}
    step, history = 0, []
    while len(history) < epochs:
        seen, summed = 0, 0.0
        for rows in batches(len(X), batch_size, rng):
            step = step + 1
            loss, grads = loss_and_grads(now, X[rows], y[rows], training=True, rate=rate, rng=rng)
            seen, summed = seen + len(rows), summed + float(loss) * len(rows)
            new = {}
            for k, p in now.items():
                m, v = state[k]
                m, v = b1 * m + (1 - b1) * grads[k], b2 * v + (1 - b2) * grads[k] ** 2
                state[k] = m, v
                new[k] = p - lr * (m / (1 - b1**step)) / (np.sqrt(v / (1 - b2**step)) + eps)
            now = new
        history.append(summed / seen)
    return now, history
