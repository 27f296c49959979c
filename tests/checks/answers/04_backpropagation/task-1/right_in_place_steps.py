"""Steps in place and steps back."""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    if np.asarray(x).dtype.kind != "f":
        x = np.array(x, float)
    g = np.zeros(np.shape(x))
    it = np.nditer(x, flags=["multi_index"])
    for _ in range(np.size(x)):
        i = it.multi_index
        x[i] += h
        a = f(x)
        x[i] -= 2 * h
        b = f(x)
        x[i] += h
        g[i] = (a - b) / (2 * h)
        it.iternext()
    return g


def rel_error(a, b):
    m = 0.0
    for p, q in zip(np.ravel(a), np.ravel(b)):
        m = max(m, abs(p - q) / max(1e-8, abs(p) + abs(q)))
    return m
