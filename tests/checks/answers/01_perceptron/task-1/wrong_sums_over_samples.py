"""Multiplies from the left.

Message: sums_over_samples
"""

import numpy as np


def perceptron_predict(X, w, b):
    return np.asarray(np.matmul(w, X) + b > 0, dtype=int)
