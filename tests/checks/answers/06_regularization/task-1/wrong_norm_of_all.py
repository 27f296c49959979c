"""Takes the root of the total.

Message: norm
"""

import numpy as np


def l2_penalty(params, lam):
    total = sum(np.sum(p**2) for name, p in params.items() if name.startswith("W"))
    return 0.5 * lam * np.sqrt(total), {n: lam * p if n.startswith("W") else 0 * p for n, p in params.items()}


def l1_penalty(params, lam):
    value, grads = 0.0, {}
    for name, p in params.items():
        if name.startswith("W"):
            value += lam * np.sum(np.abs(p))
        grads[name] = lam * np.sign(p) if name.startswith("W") else np.zeros_like(p)
    return value, grads
