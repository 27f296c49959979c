"""Leaves the biases out of the gradients.

Message: names_missing
"""

import numpy as np


def l2_penalty(params, lam):
    val = 0.5 * lam * sum(float(np.sum(v**2)) for k, v in params.items() if k.startswith("W"))
    return val, {k: lam * v for k, v in params.items() if k.startswith("W")}


def l1_penalty(params, lam):
    value, grads = 0.0, {}
    for name, p in params.items():
        if name.startswith("W"):
            value += lam * np.sum(np.abs(p))
        grads[name] = lam * np.sign(p) if name.startswith("W") else np.zeros_like(p)
    return value, grads
