"""Strings all entries together."""

import numpy as np


def clip_grad_norm(grads, max_norm):
    flat = np.concatenate([np.ravel(g) for g in grads.values()])
    norm = np.linalg.norm(flat)
    factor = 1.0 if norm <= max_norm else max_norm / norm
    return dict(zip(grads, [factor * np.asarray(g) for g in grads.values()])), norm
