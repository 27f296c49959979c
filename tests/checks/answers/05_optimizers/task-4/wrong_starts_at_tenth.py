"""Starts at 0.1, as Keras does.

Message: starts_above_zero
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = state.get("h", np.full(w.shape, 0.1)) + g * g
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
