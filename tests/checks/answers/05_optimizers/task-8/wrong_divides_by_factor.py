"""Divides by the factor.

Message: factor_upside_down
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    total = float(np.sqrt(sum(float(np.sum(g ** 2)) for g in grads.values())))
    scale = 1.0 if total <= max_norm or total == 0 else max_norm / total
    return {k: g / scale for k, g in grads.items()}, total
