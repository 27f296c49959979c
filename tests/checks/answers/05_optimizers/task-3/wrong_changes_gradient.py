"""Scales the gradient in place.

Message: changed
"""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    g *= lr
    v = beta * state.get("v", np.zeros_like(w)) + g
    return w - v, {"v": v}
