"""Compares with one half, as with probabilities.

Message: threshold_half
"""

import numpy as np


def perceptron_predict(X, w, b):
    z = np.dot(X, w) + b
    return np.where(z > 0.5, 1, 0)
