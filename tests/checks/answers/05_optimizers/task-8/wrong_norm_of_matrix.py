"""Takes np.linalg.norm of order 2 of each matrix.

Message: value
"""

import math

import numpy as np


def clip_grad_norm(grads, max_norm):
    total = math.sqrt(sum(float(np.linalg.norm(g, 2)) ** 2 for g in grads.values() if g.size))
    scale = 1.0 if total <= max_norm or total == 0 else max_norm / total
    return {k: g * scale for k, g in grads.items()}, total
