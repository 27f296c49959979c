"""Adds up the whole batch.

Message: shape
"""

import numpy as np


def perceptron_predict(X, w, b):
    return int(np.sum(X * w) + b > 0)
