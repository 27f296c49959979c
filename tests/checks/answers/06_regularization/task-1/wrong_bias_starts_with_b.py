"""Takes everything but b for weights.

Message: names_without_b
"""

import numpy as np


def l2_penalty(params, lam):
    value, grads = 0.0, {}
    for name, p in params.items():
        if not name.startswith("b"):
            value += 0.5 * lam * np.sum(p**2)
        grads[name] = lam * p if not name.startswith("b") else np.zeros_like(p)
    return value, grads


def l1_penalty(params, lam):
    value, grads = 0.0, {}
    for name, p in params.items():
        if not name.startswith("b"):
            value += lam * np.sum(np.abs(p))
        grads[name] = lam * np.sign(p) if not name.startswith("b") else np.zeros_like(p)
    return value, grads
