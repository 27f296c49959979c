"""Lets the sum fade.

Message: fades
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = 0.9 * state.get("h", np.zeros_like(w)) + 0.1 * g * g
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
