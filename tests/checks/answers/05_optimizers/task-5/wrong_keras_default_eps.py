"""Has 1e-7 as the default of eps, as Keras does.

Message: default_eps
"""

import numpy as np


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-7):
    h = rho * state.get("h", np.zeros_like(w)) + (1 - rho) * g * g
    return w - lr * g / (np.sqrt(h) + eps), {"h": h}
