"""Multiplies by max_norm / norm in all cases.

Message: always_rescales
"""

import numpy as np


def clip_grad_norm(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads.values()])
    return {k: g * max_norm / norm for k, g in grads.items()}, norm
