"""Takes b for the threshold.

Message: subtracts_bias
"""

import numpy as np


def perceptron_predict(X, w, b):
    return (np.dot(X, w) > b).astype(int)
