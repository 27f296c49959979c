"""Forgets the bias.

Message: forgets_bias
"""

import numpy as np


def perceptron_predict(X, w, b):
    z = np.asarray(X) @ np.asarray(w) 
    return (z > 0).astype(np.int64)
