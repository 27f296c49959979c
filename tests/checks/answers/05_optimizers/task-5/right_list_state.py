"""Keeps the mean as nested lists and returns lists."""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = rho * np.array(state.get("h", np.zeros(w.shape).tolist())) + (1 - rho) * g**2
    return (w - lr * g / (np.sqrt(h) + eps)).tolist(), {"h": h.tolist()}
