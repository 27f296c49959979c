"""Squares the gradient in place.

Message: changed
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    step = lr * g
    g **= 2
    h = rho * state.get("h", 0) + (1 - rho) * g
    return w - step / (np.sqrt(h) + eps), {"h": h}
