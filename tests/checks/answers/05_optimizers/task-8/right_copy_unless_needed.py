"""Copies, and scales the copies in place if needed."""

import math

import numpy as np


def clip_grad_norm(grads, max_norm):
    s = 0.0
    for g in grads.values():
        s += float(np.vdot(g, g))
    n = math.sqrt(s)
    out = {k: np.array(g, float) for k, g in grads.items()}
    if n > max_norm:
        for k in out:
            out[k] *= max_norm / n
    return out, n
