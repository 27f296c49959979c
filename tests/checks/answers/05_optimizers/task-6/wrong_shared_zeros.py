"""Puts the same array in the place of both means.

Message: not_finite
"""

import numpy as np


def adam_step(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if not state:
        zeros = np.zeros_like(w)
        state = {"t": 0, "m": zeros, "v": zeros}
    state["t"] += 1
    t = state["t"]
    state["m"] *= beta1
    state["m"] += (1 - beta1) * g
    state["v"] *= beta2
    state["v"] += (1 - beta2) * g * g
    return w - lr * (state["m"] / (1 - beta1**t)) / (np.sqrt(state["v"] / (1 - beta2**t)) + eps), state
