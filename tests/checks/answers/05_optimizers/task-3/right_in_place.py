"""Changes weights and state in place."""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    if "v" not in state:
        state["v"] = np.zeros(w.shape)
    state["v"] *= beta
    state["v"] += g
    w -= lr * state["v"]
    return w, state
