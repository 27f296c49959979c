"""Subtracts fractions from an array of integers in place.

Message: raised_cast
"""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    w = np.array(w0)
    path = [w.copy()]
    for _ in range(steps):
        w -= lr * grad(w)
        path.append(w.copy())
    return np.array(path)


def max_stable_lr(H):
    return 2.0 / float(np.max(np.linalg.eigvalsh(H)))
