"""Lets the learning rate decay on its own.

Message: value
"""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    w = np.array(w0, dtype=float)
    path = [w]
    for t in range(steps):
        w = w - lr / (1 + t) * grad(w)
        path.append(w)
    return np.array(path)


def max_stable_lr(H):
    return 2.0 / float(np.max(np.linalg.eigvalsh(H)))
