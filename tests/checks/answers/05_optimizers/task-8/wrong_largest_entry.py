"""Takes the largest entry for the norm.

Message: largest_entry
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    total = max(float(np.abs(g).max()) for g in grads.values() if g.size)
    scale = 1.0 if total <= max_norm or total == 0 else max_norm / total
    return {k: g * scale for k, g in grads.items()}, total
