"""Gives the name state to a new dictionary after reading, and returns the old one.

Message: forgets
"""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    old = state
    v = beta * state.get("v", np.zeros_like(w)) + g
    state = {"v": v}
    return w - lr * v, old
