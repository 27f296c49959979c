"""Swaps input and target.

Message: io_swapped
"""

import numpy as np


def train_translator(model, src, tin, tout, steps=200, lr=5e-3, warmup=20):
    m = {k: np.zeros_like(p) for k, p in model.P.items()}
    v = {k: np.zeros_like(p) for k, p in model.P.items()}
    history = []
    for t in range(1, steps + 1):
        loss, grads = model.loss_grads(src, tout, tin)
        history.append(float(loss))
        a = lr * min(1.0, t / warmup)
        for k, g in grads.items():
            m[k] = 0.9 * m[k] + 0.1 * g
            v[k] = 0.98 * v[k] + 0.02 * g * g
            model.P[k] = model.P[k] - a * (m[k] / (1 - 0.9 ** t)) / (np.sqrt(v[k] / (1 - 0.98 ** t)) + 1e-9)
    return history
