"""Divides before adding.

Message: old_sum
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = state.get("h", np.zeros_like(w))
    w = w - lr * g / (np.sqrt(h) + eps)
    h = h + g ** 2
    return w, {"h": h}
