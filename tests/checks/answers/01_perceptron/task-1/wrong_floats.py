"""Returns floats.

Message: floats
"""

import numpy as np


def perceptron_predict(X, w, b):
    return np.where(X @ w + b > 0, 1.0, 0.0)
