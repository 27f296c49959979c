"""Keeps Adam in a class, updates copies in place, and passes everything by position."""

import numpy as np


class Adam:
    def __init__(self, lr):
        self.lr, self.t, self.m, self.v = lr, 0, {}, {}

    def update(self, params, grads):
        self.t += 1
        for name in params:
            g = grads[name]
            self.m[name] = 0.9 * self.m.get(name, 0) + 0.1 * g
            self.v[name] = 0.999 * self.v.get(name, 0) + 0.001 * g * g
            mhat = self.m[name] / (1 - 0.9**self.t)
            vhat = self.v[name] / (1 - 0.999**self.t)
            params[name] -= self.lr * mhat / (vhat**0.5 + 1e-7)


def fit(params, X, y, loss_and_grads, epochs, batch_size, lr, rng, rate=0.2):
    params = {name: np.array(w, dtype=float) for name, w in params.items()}
    adam, history, rows = Adam(lr), [], np.arange(len(X))
    for epoch in range(epochs):
        rng.shuffle(rows)
        losses, weights = [], []
        for i in range(0, len(X), batch_size):
            batch = rows[i : i + batch_size]
            loss, grads = loss_and_grads(params, X[batch], y[batch], rate, True, rng)
            losses.append(loss)
            weights.append(len(batch))
            adam.update(params, grads)
        history.append(np.average(losses, weights=weights))
    return params, np.array(history)
