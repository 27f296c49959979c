"""Returns a list."""

import numpy as np


def perceptron_predict(X, w, b):
    if np.ndim(X) == 1:
        return 1 if sum(x * v for x, v in zip(X, w)) + b > 0 else 0
    return [perceptron_predict(x, w, b) for x in X]
