"""Works in float32 and in place, storing copies; spectral radius by svd."""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    w = np.array(w0, dtype=np.float32)
    path = [w.copy()]
    for _ in range(steps):
        w -= (lr * grad(w)).astype(np.float32)
        path.append(w.copy())
    return np.vstack(path)


def max_stable_lr(H):
    return float(2 / np.linalg.svd(np.asarray(H, dtype=float), compute_uv=False)[0])
