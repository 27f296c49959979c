"""Uses 0.9 whatever beta is.

Message: ignores_beta
"""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = 0.9 * state.get("v", np.zeros_like(w)) + g
    return w - lr * v, {"v": v}
