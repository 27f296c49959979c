"""Starts the mean at the first square.

Message: starts_at_square
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = rho * state.get("h", g * g) + (1 - rho) * g * g
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
