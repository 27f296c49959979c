"""Squares the gradient in place.

Message: changed
"""

import numpy as np


def adam_step(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * g
    g *= g
    v = beta2 * state.get("v", 0) + (1 - beta2) * g
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), {"t": t, "m": m, "v": v}
