"""Corrects the mean as Adam does.

Message: corrected
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = rho * state.get("h", np.zeros_like(w)) + (1 - rho) * g * g
    t = state.get("t", 0) + 1
    return w - lr * g / (np.sqrt(h / (1 - rho ** t)) + eps), {"h": h, "t": t}
