"""Clips each array and returns all norms.

Message: each_alone_norms
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    out, norms = {}, {}
    for k, g in grads.items():
        norms[k] = np.linalg.norm(g)
        out[k] = g * (max_norm / norms[k]) if norms[k] > max_norm else g * 1.0
    return out, norms
