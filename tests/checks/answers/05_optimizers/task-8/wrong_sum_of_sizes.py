"""Adds up absolute values.

Message: adds_sizes
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    total = float(sum(np.abs(g).sum() for g in grads.values()))
    scale = 1.0 if total <= max_norm or total == 0 else max_norm / total
    return {k: g * scale for k, g in grads.items()}, total
