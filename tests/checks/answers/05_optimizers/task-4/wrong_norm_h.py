"""Adds the squared norm.

Message: one_sum
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = state.get("h", 0.0) + np.linalg.norm(g) ** 2
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
