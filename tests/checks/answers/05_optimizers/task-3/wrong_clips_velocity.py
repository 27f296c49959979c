"""Keeps every velocity below 1.

Message: value
"""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = beta * state.get("v", np.zeros_like(w)) + g
    v = np.clip(v, -1, 1)
    return w - lr * v, {"v": v}
