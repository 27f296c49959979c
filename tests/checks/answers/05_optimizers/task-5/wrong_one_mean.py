"""Takes one mean for the array.

Message: one_mean
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = rho * state.get("h", 0.0) + (1 - rho) * np.mean(g ** 2)
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
