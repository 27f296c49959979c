"""Divides by a norm of 0.

Message: zero_by_zero
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    total = float(np.sqrt(sum(float(np.sum(g ** 2)) for g in grads.values())))
    scale = 1.0 if 0 < total <= max_norm else max_norm / total
    return {k: g * scale for k, g in grads.items()}, total
