"""Rounds a sigmoid: the same numbers by another way."""

import numpy as np


def perceptron_predict(X, w, b):
    return np.round(1 / (1 + np.exp(-(X @ w + b)))).astype(int)
