"""Divides before mixing in.

Message: old_mean
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = state.get("h", np.zeros_like(w))
    new = w - lr * g / (np.sqrt(h) + eps)
    return new, {"h": rho * h + (1 - rho) * g ** 2}
