"""Builds the factors in w.

Message: changed
"""

import numpy as np


def chain_gradients(x0, w, act):
    a = x0
    for i in range(len(w)):
        z = w[i] * a
        a = {"sigmoid": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z), "relu": max(z, 0), "linear": z}[act]
        w[i] *= {"sigmoid": a * (1 - a), "tanh": 1 - a * a, "relu": float(z > 0), "linear": 1}[act]
    return np.append(np.cumprod(w[::-1])[::-1], 1.0)
