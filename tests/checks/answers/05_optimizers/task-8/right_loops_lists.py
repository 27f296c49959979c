"""Loops over every entry and returns nested lists."""

import numpy as np


def clip_grad_norm(grads, max_norm):
    total = 0.0
    for g in grads.values():
        for value in g.flat:
            total += float(value) ** 2
    norm = total**0.5
    if not norm > max_norm:
        return {name: g.copy() for name, g in grads.items()}, norm
    return {name: np.multiply(g, max_norm / norm) for name, g in grads.items()}, norm
