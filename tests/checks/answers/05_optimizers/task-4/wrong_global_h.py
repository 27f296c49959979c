"""Keeps the sum in a global variable.

Message: remembers_elsewhere
"""

import numpy as np

H = 0.0


def adagrad_step(w, g, state, lr=0.01, eps=1e-8):
    global H
    H = H + g ** 2
    return w - lr * g / (np.sqrt(H) + eps), state
