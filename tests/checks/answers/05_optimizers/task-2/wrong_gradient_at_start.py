"""Takes the gradient once.

Message: gradient_at_start
"""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    w = np.array(w0, dtype=float); g0 = grad(w)
    path = [w.copy()]
    for _ in range(steps):
        w = w - lr * g0
        path.append(w.copy())
    return np.array(path)


def max_stable_lr(H):
    return 2.0 / float(np.max(np.linalg.eigvalsh(H)))
