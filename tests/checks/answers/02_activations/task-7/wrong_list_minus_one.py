"""Counts one link too many.

Message: raised_index
"""

import numpy as np


ACTS = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "linear": (lambda z: z, lambda z: 1.0),
}

def chain_gradients(x0, w, act):
    a = [x0]
    for l in range(len(w) + 1):
        a.append(ACTS[act][0](w[l] * a[l]))
    return np.array(a)
