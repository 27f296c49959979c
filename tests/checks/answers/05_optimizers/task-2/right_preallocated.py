"""Fills an array; the norm of order 2."""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    P = np.zeros((steps + 1, len(w0)))
    P[0] = w0
    for k in range(steps):
        P[k + 1] = P[k] - lr * np.asarray(grad(P[k]))
    return P


def max_stable_lr(H):
    return 2 / np.linalg.norm(H, 2)
