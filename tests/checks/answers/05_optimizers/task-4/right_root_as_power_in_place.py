"""Uses out= and in-place operations."""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = state.setdefault("h", np.zeros(w.shape))
    np.add(h, np.multiply(g, g), out=h)
    w -= lr * g / (h ** 0.5 + eps)
    return w, state
