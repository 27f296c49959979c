"""Works on a flat view of a copy, with a middle value too."""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    y = np.array(x, dtype=np.float64)
    f(y)
    flat, out = y.reshape(-1), []
    for k in range(flat.size):
        keep = flat[k]
        values = []
        for s in (-1, 1):
            flat[k] = keep + s * h
            values.append(f(y))
        flat[k] = keep
        out.append((values[1] - values[0]) / (2 * h))
    return np.reshape(out, y.shape)


def rel_error(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return np.array([np.clip(abs(a) + abs(b), 1e-8, None) ** -1 * abs(a - b)]).max()
