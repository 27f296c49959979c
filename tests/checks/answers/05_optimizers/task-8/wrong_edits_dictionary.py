"""Puts the clipped arrays into the given dictionary.

Message: changed
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    total = float(np.sqrt(sum(float(np.sum(g ** 2)) for g in grads.values())))
    scale = 1.0 if total <= max_norm or total == 0 else max_norm / total
    for k in grads:
        grads[k] = grads[k] * scale
    return grads, total
