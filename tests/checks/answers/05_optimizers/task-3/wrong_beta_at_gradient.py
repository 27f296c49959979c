"""Multiplies the gradient by beta.

Message: beta_at_gradient
"""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = state.get("v", np.zeros_like(w)) + beta * g
    return w - lr * v, {"v": v}
