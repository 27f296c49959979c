"""Assumes slope 0.25 for every sigmoid.

Message: quarter
"""

import numpy as np


_ACT = {"sigmoid": (lambda z: 1/(1+np.exp(-z)), lambda z: 0.25),
        "tanh": (np.tanh, lambda z: 1-np.tanh(z)**2),
        "relu": (lambda z: np.maximum(z, 0.0), lambda z: (z > 0)*1.0),
        "linear": (lambda z: z, lambda z: np.ones_like(z))}

def chain_gradients(x0, w, act):
    f, df = _ACT[act]
    a = float(x0); zs = []
    for wl in w:
        z = np.float64(wl * a); zs.append(z); a = f(z)
    L = len(w)
    g = np.ones(L + 1)
    for l in range(L - 1, -1, -1):
        g[l] = g[l + 1] * df(zs[l]) * w[l]
    return g
