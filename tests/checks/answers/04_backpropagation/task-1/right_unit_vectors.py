"""Adds rows of the identity, and returns lists."""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x) * 1.0
    slopes = [(f(x + h * e.reshape(x.shape)) - f(x - h * e.reshape(x.shape))) / h / 2 for e in np.eye(x.size)]
    return np.array(slopes).reshape(x.shape).tolist()


def rel_error(a, b):
    top, bottom = abs(np.subtract(a, b)), np.add(np.abs(a), np.abs(b))
    return (top / np.where(bottom < 1e-8, 1e-8, bottom)).max()
