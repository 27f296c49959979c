"""Computes the norm only.

Message: never_clips
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    total = float(np.sqrt(sum(float(np.sum(g ** 2)) for g in grads.values())))
    return {k: g.copy() for k, g in grads.items()}, total
