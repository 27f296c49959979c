"""Gives f a single entry.

Message: gets_entries
"""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    g = np.zeros(np.shape(x))
    for i in np.ndindex(*np.shape(x)):
        g[i] = (f(x[i] + h) - f(x[i] - h)) / (2 * h)
    return g

def rel_error(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))
