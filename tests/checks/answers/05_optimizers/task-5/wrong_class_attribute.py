"""Keeps the mean in a class.

Message: remembers_elsewhere
"""

import numpy as np


class Memory:
    h = 0.0


def rmsprop_step(w, g, state, lr=0.001, rho=0.9, eps=1e-8):
    Memory.h = rho * Memory.h + (1 - rho) * g ** 2
    return w - lr * g / (np.sqrt(Memory.h) + eps), state
