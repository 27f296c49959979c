"""Swaps rho and 1 - rho.

Message: rho_swapped
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = (1 - rho) * state.get("h", np.zeros_like(w)) + rho * g * g
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
