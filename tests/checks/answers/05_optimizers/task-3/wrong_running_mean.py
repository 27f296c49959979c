"""Weights the gradient with 1 - beta.

Message: running_mean
"""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = beta * state.get("v", np.zeros_like(w)) + (1 - beta) * g
    return w - lr * v, {"v": v}
