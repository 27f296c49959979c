"""Uses the labels of the other convention.

Message: plus_minus_one
"""

import numpy as np


def perceptron_predict(X, w, b):
    return np.where(X @ w + b > 0, 1, -1)
