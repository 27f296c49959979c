"""Uses the length and not its square.

Message: norm
"""

import numpy as np


def l2_penalty(params, lam):
    value, grads = 0.0, {}
    for name, p in params.items():
        if name.startswith("W"):
            value += 0.5 * lam * np.sqrt(np.sum(p**2))
        grads[name] = lam * p if name.startswith("W") else np.zeros_like(p)
    return value, grads


def l1_penalty(params, lam):
    value, grads = 0.0, {}
    for name, p in params.items():
        if name.startswith("W"):
            value += lam * np.sum(np.abs(p))
        grads[name] = lam * np.sign(p) if name.startswith("W") else np.zeros_like(p)
    return value, grads
