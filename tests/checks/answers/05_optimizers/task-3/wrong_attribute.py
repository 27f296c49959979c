"""Keeps the velocity as an attribute of the function.

Message: remembers_elsewhere
"""

import numpy as np


def momentum_step(w, g, state, lr=0.01, beta=0.9):
    v = beta * getattr(momentum_step, 'v', np.zeros_like(w)) + g
    momentum_step.v = v
    return w - lr * v, state
