"""Changes state and weights in place."""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = state.setdefault('h', np.zeros(np.shape(w)))
    h *= rho
    h += (1 - rho) * np.square(g)
    w -= lr * g / (h ** .5 + eps)
    return w, state
