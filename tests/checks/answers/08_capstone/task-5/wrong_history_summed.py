"""Adds up the losses of all samples.

Message: history_sum
"""

import numpy as np


def fit(params, X, y, loss_and_grads, epochs, batch_size, lr, rng, rate=0.2):
    params = {name: w.copy() for name, w in params.items()}
    m = {name: np.zeros(w.shape) for name, w in params.items()}
    v = {name: np.zeros(w.shape) for name, w in params.items()}
    t, history = 0, []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        total = 0.0
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            loss, grads = loss_and_grads(params, X[rows], y[rows], rate=rate, training=True, rng=rng)
            total += loss * len(rows)
            t += 1
            for name, g in grads.items():
                m[name] = 0.9 * m[name] + 0.1 * g
                v[name] = 0.999 * v[name] + 0.001 * g**2
                m_hat, v_hat = m[name] / (1 - 0.9**t), v[name] / (1 - 0.999**t)
                params[name] = params[name] - lr * m_hat / (np.sqrt(v_hat) + 1e-7)
        history.append(total)
    return params, history
