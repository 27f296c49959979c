"""Looks for a W anywhere in the name.

Message: name_contains
"""

import numpy as np


def l2_penalty(params, lam):
    value, grads = 0.0, {}
    for name, p in params.items():
        if "W" in name:
            value += 0.5 * lam * np.sum(p**2)
        grads[name] = lam * p if "W" in name else np.zeros_like(p)
    return value, grads


def l1_penalty(params, lam):
    value, grads = 0.0, {}
    for name, p in params.items():
        if "W" in name:
            value += lam * np.sum(np.abs(p))
        grads[name] = lam * np.sign(p) if "W" in name else np.zeros_like(p)
    return value, grads
