"""Takes np.sign for the step.

Message: sign
"""

import numpy as np


def perceptron_predict(X, w, b):
    return np.sign(X @ w + b).astype(int)
