"""Starts the sum anew in each call.

Message: forgets
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = np.zeros_like(w)
    h += g ** 2
    state["h"] = h
    return w - lr * g / (np.sqrt(h) + eps), state
