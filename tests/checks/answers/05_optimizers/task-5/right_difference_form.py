"""Moves the mean towards the square; eps inside."""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = state.get("h", 0.0)
    h = h + (1 - rho) * (g * g - h)
    return np.subtract(w, lr * np.divide(g, np.sqrt(h + eps))), {"h": h}
