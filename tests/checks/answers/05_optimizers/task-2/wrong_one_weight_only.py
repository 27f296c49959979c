"""Handles numbers, not arrays.

Message: raised
"""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    w = float(w0)
    path = [w]
    for _ in range(steps):
        w = w - lr * float(grad(w))
        path.append(w)
    return np.array(path)


def max_stable_lr(H):
    return 2.0 / float(np.max(np.linalg.eigvalsh(H)))
