"""The slope 1 at the corner.

Message: relu_one_at_zero
"""

import numpy as np


ACTS = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: max(z, 0.0), lambda z: float(z >= 0)),
    "linear": (lambda z: z, lambda z: 1.0),
}


def chain_gradients(x0, w, act):
    f, slope = ACTS[act]
    a, z = [float(x0)], []
    for weight in w:
        z.append(weight * a[-1])
        a.append(f(z[-1]))
    L = len(w)
    g = np.ones(L + 1)
    for l in range(L - 1, -1, -1):
        g[l] = g[l + 1] * slope(z[l]) * w[l]
    return g
