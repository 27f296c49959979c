"""Stores the points after the updates only.

Message: start_missing
"""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    w = np.array(w0, dtype=float)
    path = []
    for _ in range(steps):
        w = w - lr * grad(w)
        path.append(w)
    return path


def max_stable_lr(H):
    return 2.0 / float(np.max(np.linalg.eigvalsh(H)))
