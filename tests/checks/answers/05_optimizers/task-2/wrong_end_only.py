"""Returns the last point.

Message: end_only
"""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    w = np.array(w0, dtype=float)
    for _ in range(steps):
        w = w - lr * grad(w)
    return w


def max_stable_lr(H):
    return 2.0 / float(np.max(np.linalg.eigvalsh(H)))
