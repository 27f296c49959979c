"""Chains hypot and returns float32."""

import math
import functools

import numpy as np


def clip_grad_norm(grads, max_norm):
    norm = functools.reduce(math.hypot, (float(np.linalg.norm(g)) for g in grads.values()), 0.0)
    share = max_norm / max(norm, max_norm)
    return {name: np.float32(g * share) for name, g in grads.items()}, [norm]
