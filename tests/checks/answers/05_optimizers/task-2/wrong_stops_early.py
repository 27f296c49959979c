"""Stops as soon as a step is short.

Message: shape
"""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    w = np.array(w0, dtype=float)
    path = [w]
    for _ in range(steps):
        new = w - lr * grad(w)
        if np.linalg.norm(new - w) < 0.5:
            break
        w = new
        path.append(w)
    return np.array(path)


def max_stable_lr(H):
    return 2.0 / float(np.max(np.linalg.eigvalsh(H)))
