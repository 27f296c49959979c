"""Returns the answers as text.

Message: not_numbers
"""

import numpy as np


def perceptron_predict(X, w, b):
    return [str(int(z > 0)) for z in np.atleast_1d(X @ w + b)]
