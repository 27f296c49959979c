"""Uses an eps of its own.

Message: ignores_eps
"""

import numpy as np


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    h = state.get("h", np.zeros_like(w)) + g * g
    return w - lr * g / (np.sqrt(h) + 1e-8), {"h": h}
