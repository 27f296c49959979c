"""Yields the answers.

Message: generator
"""

import numpy as np


def perceptron_predict(X, w, b):
    for x in X:
        yield int(np.dot(x, w) + b > 0)
