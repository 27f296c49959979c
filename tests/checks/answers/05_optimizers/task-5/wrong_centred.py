"""Subtracts the square of the mean gradient.

Message: value
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = rho * state.get("h", np.zeros_like(w)) + (1 - rho) * g * g
    m = rho * state.get("m", np.zeros_like(w)) + (1 - rho) * g
    return w - lr * g / (np.sqrt(h - m ** 2) + eps), {"h": h, "m": m}
