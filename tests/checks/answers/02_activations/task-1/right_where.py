"""Np.where on both branches (emits a RuntimeWarning, value correct)."""

import numpy as np


def sigmoid(x):
    x = np.asarray(x, float)
    return np.where(x >= 0, 1/(1+np.exp(-x)), np.exp(x)/(1+np.exp(x)))
