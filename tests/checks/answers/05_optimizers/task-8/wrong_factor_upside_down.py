"""Has the factor upside down.

Message: factor_upside_down
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    total = float(np.sqrt(sum(float(np.sum(g ** 2)) for g in grads.values())))
    scale = total / max_norm if total > max_norm else 1.0
    return {k: g * scale for k, g in grads.items()}, total
