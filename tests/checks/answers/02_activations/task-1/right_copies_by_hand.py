"""Copies the course's formula line by line, renames the variable, and brings its own helper.

Remark: remark_copy
"""

import numpy as np


def as_float(name, value):
    return np.asarray(value, dtype=float)


def sigmoid(z):
    z = as_float("x", z)
    return np.asarray(np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z))))
