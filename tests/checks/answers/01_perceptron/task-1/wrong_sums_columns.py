"""Adds up along the samples instead of the features.

Message: sums_over_samples
"""

import numpy as np


def perceptron_predict(X, w, b):
    z = np.sum(np.asarray(w) * X, axis=0) + b
    return (z > 0).astype(int)
