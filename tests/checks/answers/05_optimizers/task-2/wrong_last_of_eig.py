"""Takes the last eigenvalue of eig, which does not sort.

Message: value
"""

import numpy as np


def gradient_descent(grad, w0, lr, steps):
    w = np.array(w0, dtype=float)
    path = [w.copy()]
    for _ in range(steps):
        w = w - lr * grad(w)
        path.append(w.copy())
    return np.array(path)


def max_stable_lr(H):
    return 2 / np.linalg.eig(np.asarray(H, dtype=float))[0][-1]
