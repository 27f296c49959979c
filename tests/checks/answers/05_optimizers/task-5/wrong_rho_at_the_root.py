"""Mixes roots instead of squares.

Message: value
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = np.sqrt(rho * state.get("h", np.zeros_like(w)) ** 2 * 0.5 + (1 - rho) * g ** 2)
    return w - lr * g / (h + eps), {"h": h}
