"""Writes a power as in other languages.

Message: raised
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = state.get("h", np.zeros_like(w)) + g ^ 2
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
