"""Subtracts the old velocity.

Message: velocity_fights
"""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = g - beta * state.get("v", np.zeros_like(w))
    return w - lr * v, {"v": v}
