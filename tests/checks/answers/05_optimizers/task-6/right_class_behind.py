"""Keeps an object in the state."""

import numpy as np


class Memory:
    def __init__(self, like):
        self.t, self.m, self.v = 0, np.zeros(like.shape), np.zeros(like.shape)

    def see(self, g, b1, b2):
        self.t += 1
        self.m = b1 * self.m + (1 - b1) * g
        self.v = b2 * self.v + (1 - b2) * g**2
        return self.m / (1 - b1**self.t), self.v / (1 - b2**self.t)


def adam_step(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if "memory" not in state:
        state = {"memory": Memory(w)}
    m, v = state["memory"].see(g, beta1, beta2)
    return w - lr * m / (np.sqrt(v) + eps), state
