"""Adds up absolute values.

Message: adds_sizes
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = state.get("h", np.zeros_like(w)) + np.abs(g)
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
