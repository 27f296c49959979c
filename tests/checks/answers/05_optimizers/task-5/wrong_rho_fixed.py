"""Uses 0.9 whatever rho is.

Message: ignores_rho
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    h = 0.9 * state.get("h", np.zeros_like(w)) + 0.1 * g ** 2
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
