"""Writes the gradients into the parameters.

Message: changed
"""

import numpy as np


def l2_penalty(params, lam):
    value = 0
    for name in params:
        if name.startswith("W"):
            value += 0.5 * lam * np.sum(params[name] ** 2)
            params[name] = lam * params[name]
        else:
            params[name] = np.zeros_like(params[name])
    return value, params


def l1_penalty(params, lam):
    value, grads = 0.0, {}
    for name, p in params.items():
        if name.startswith("W"):
            value += lam * np.sum(np.abs(p))
        grads[name] = lam * np.sign(p) if name.startswith("W") else np.zeros_like(p)
    return value, grads
