"""Calls itself and returns lists; largest of eigvals."""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    w = [float(x) for x in w0]
    if steps == 0:
        return [w]
    g = grad(np.array(w))
    return [w] + gradient_descent(grad, [x - lr * d for x, d in zip(w, g)], lr, steps - 1)


def max_stable_lr(H):
    return np.array([2 / max(np.linalg.eigvals(H).real)])
