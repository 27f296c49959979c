"""Stores the velocity after another decay.

Message: decays_twice
"""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = beta * state.get("v", np.zeros_like(w)) + g
    return w - lr * v, {"v": beta * v}
