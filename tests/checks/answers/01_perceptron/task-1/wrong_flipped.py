"""Swaps 0 and 1.

Message: flipped
"""

import numpy as np


def perceptron_predict(X, w, b):
    return np.where(X @ w + b > 0, 0, 1)
