"""Subtracts b (treats it as a threshold).

Message: subtracts_bias
"""

import numpy as np


def perceptron_predict(X, w, b):
    z = np.asarray(X) @ np.asarray(w) - b
    return (z > 0).astype(np.int64)
