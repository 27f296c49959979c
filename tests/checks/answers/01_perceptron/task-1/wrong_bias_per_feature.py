"""Adds the bias once for each feature.

Message: bias_per_feature
"""

import numpy as np


def perceptron_predict(X, w, b):
    return (np.sum(np.asarray(X) * w + b, axis=-1) > 0).astype(int)
