"""Fills an array of w0's own dtype.

Message: integer_path
"""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    path = np.zeros((steps + 1, len(w0)), dtype=w0.dtype)
    path[0] = w0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


def max_stable_lr(H):
    return 2.0 / float(np.max(np.linalg.eigvalsh(H)))
