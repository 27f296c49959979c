"""Squares the gradient in place.

Message: changed
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    step = lr * g
    g *= g
    h = state.get("h", np.zeros_like(w)) + g
    return w - step / (np.sqrt(h) + eps), {"h": h}
