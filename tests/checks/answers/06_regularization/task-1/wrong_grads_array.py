"""Returns the gradient of W alone.

Message: grads_form
"""

import numpy as np


def l2_penalty(params, lam):
    value, grads = 0.0, {}
    for name, p in params.items():
        if name.startswith("W"):
            value += 0.5 * lam * np.sum(p**2)
        grads[name] = lam * p if name.startswith("W") else np.zeros_like(p)
    return value, grads


def l1_penalty(params, lam):
    for name, p in params.items():
        if name.startswith("W"):
            return lam * np.abs(p).sum(), lam * np.sign(p)
    return 0.0, {n: np.zeros_like(p) for n, p in params.items()}
