"""Einsum + heaviside."""

import numpy as np


def perceptron_predict(X, w, b):
    return np.heaviside(np.einsum("...d,d->...", X, w) + b, 0.0).astype(int)
