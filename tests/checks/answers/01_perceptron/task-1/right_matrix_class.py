"""Uses np.matrix inside."""

import numpy as np


def perceptron_predict(X, w, b):
    M = np.matrix(np.atleast_2d(X).astype(float))
    out = np.asarray((M * np.matrix(w).T + b) > 0).astype(int).ravel()
    return out[0] if np.ndim(X) == 1 else out
