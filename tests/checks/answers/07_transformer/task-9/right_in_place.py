"""Adam in place, float64 moments, an array as history."""

import numpy as np


class Adam:
    def __init__(self, params):
        self.state = {k: [np.zeros(p.shape), np.zeros(p.shape)] for k, p in params.items()}
        self.t = 0

    def step(self, params, grads, lr):
        self.t += 1
        for k in params:
            m, v = self.state[k]
            m += 0.1 * (grads[k] - m)
            v += 0.02 * (grads[k] ** 2 - v)
            params[k] -= lr * (m / (1 - 0.9**self.t)) / (np.sqrt(v / (1 - 0.98**self.t)) + 1e-8)


def train_translator(model, src, tin, tout, steps=200, lr=5e-3, warmup=20):
    adam, history = Adam(model.P), np.zeros(steps)
    for t in range(steps):
        history[t], grads = model.loss_grads(src, tin, tout)
        adam.step(model.P, grads, lr * min(1, (t + 1) / warmup))
    return history
