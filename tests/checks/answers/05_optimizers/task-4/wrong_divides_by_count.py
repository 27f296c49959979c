"""Takes the mean of the squares.

Message: value
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = state.get("h", np.zeros_like(w)) + g * g
    t = state.get("t", 0) + 1
    return w - lr * g / (np.sqrt(h / t) + eps), {"h": h, "t": t}
