"""Moves before the velocity is updated.

Message: old_velocity
"""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = state.get("v", np.zeros_like(w))
    w = w - lr * v
    return w, {"v": beta * v + g}
