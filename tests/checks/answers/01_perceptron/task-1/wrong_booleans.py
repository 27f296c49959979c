"""Returns booleans.

Message: booleans
"""

import numpy as np


def perceptron_predict(X, w, b):
    z = np.asarray(X) @ np.asarray(w) + b
    return z > 0
