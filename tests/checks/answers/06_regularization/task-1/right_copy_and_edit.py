"""Edits a copy in place."""

import copy

import numpy as np


def l2_penalty(params, lam):
    grads = copy.deepcopy(params)
    total = np.array([0.0])
    for name in grads:
        if name.startswith("W"):
            total += np.einsum("i,i", grads[name].ravel(), grads[name].ravel())
            grads[name] = grads[name] * lam
        else:
            grads[name][...] = 0
    return lam * total / 2, grads


def l1_penalty(params, lam):
    grads = copy.deepcopy(params)
    total = 0
    for name in grads:
        if name.startswith("W"):
            total += lam * np.sum(np.where(grads[name] < 0, -grads[name], grads[name]))
            grads[name] = np.where(grads[name] > 0, lam, np.where(grads[name] < 0, -lam, 0.0))
        else:
            grads[name] *= 0
    return total, grads
