"""Lays all parameters out in one vector."""

import numpy as np


def fit(params, X, y, loss_and_grads, epochs, batch_size, lr, rng, rate=0.2):
    names = list(params)
    shapes = [np.shape(params[k]) for k in names]
    ends = np.cumsum([int(np.prod(s)) for s in shapes])

    def join(d):
        return np.concatenate([np.ravel(d[k]) for k in names]).astype(float)

    def part(vector):
        pieces = np.split(vector, ends[:-1])
        return {k: piece.reshape(s) for k, piece, s in zip(names, pieces, shapes)}

    w = join(params)
    m, v, t, history = np.zeros_like(w), np.zeros_like(w), 0, []
    for _ in range(epochs):
        order = rng.choice(len(X), len(X), replace=False)
        mean = 0.0
        for start in range(0, len(X), batch_size):
            i = order[start : start + batch_size]
            loss, grads = loss_and_grads(part(w), X[i], y[i], rate=rate, rng=rng)
            mean += loss * len(i) / len(X)
            g = join(grads)
            t += 1
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            w = w - lr * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7)
        history.append(mean)
    return part(w), history
