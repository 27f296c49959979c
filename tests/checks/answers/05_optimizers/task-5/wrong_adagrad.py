"""Never forgets.

Message: never_forgets
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = state.get("h", np.zeros_like(w)) + g * g
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
