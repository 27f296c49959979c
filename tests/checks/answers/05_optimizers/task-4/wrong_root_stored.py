"""Stores the root instead of the sum.

Message: value
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = np.sqrt(state.get("h", np.zeros_like(w)) + g * g)
    return w - lr * g / (h + eps), {"h": h}
