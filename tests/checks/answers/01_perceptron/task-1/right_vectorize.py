"""Uses np.vectorize with a signature."""

import numpy as np


def perceptron_predict(X, w, b):
    f = np.vectorize(lambda x: np.dot(x, w) + b > 0, signature="(d)->()", otypes=[int])
    X = np.asarray(X)
    if X.ndim == 2 and len(X) == 0:
        return np.zeros(0, dtype=int)
    return f(X)
