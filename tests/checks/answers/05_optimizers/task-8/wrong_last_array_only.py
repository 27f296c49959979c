"""Overwrites the norm in the loop.

Message: last_array_only
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    for g in grads.values():
        total = float(np.sqrt(np.sum(g ** 2)))
    scale = 1.0 if total <= max_norm or total == 0 else max_norm / total
    return {k: g * scale for k, g in grads.items()}, total
